package io.verillm.protocol.money;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/** Rules that the fields of every command keep. */
final class Checks {
  private static final Pattern ID =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9:._/#-]{0," + (MoneyLimits.ID_CHARS_MAX - 1) + "}");
  private static final Pattern REQUEST_ID =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (MoneyLimits.ID_CHARS_MAX - 1) + "}");
  private static final int TASK_ID_BYTES = 32;

  private Checks() {}

  static boolean isCommandId(String id) {
    return ID.matcher(id).matches();
  }

  static void request(String requestId, int segment) throws RefusedCommand {
    RefusedCommand.unless(REQUEST_ID.matcher(requestId).matches() && segment >= 0, Refusal.BAD_ID);
  }

  static void positive(long amount) throws RefusedCommand {
    RefusedCommand.unless(amount > 0, Refusal.BAD_AMOUNT);
    notNegative(amount);
  }

  static void notNegative(long amount) throws RefusedCommand {
    RefusedCommand.unless(
        amount >= 0 && amount <= MoneyLimits.AMOUNT_UNITS_MAX, Refusal.BAD_AMOUNT);
  }

  static void worker(String worker) throws RefusedCommand {
    RefusedCommand.unless(Accounts.isWorkerId(worker), Refusal.BAD_WORKER);
  }

  static void entries(List<?> entries) throws RefusedCommand {
    RefusedCommand.unless(entries.size() <= MoneyLimits.CASE_ENTRIES_MAX, Refusal.TOO_MANY_ENTRIES);
  }

  /** A task id as 64 hex digits. */
  static String task(ByteBuffer taskId) throws RefusedCommand {
    RefusedCommand.unless(taskId.remaining() == TASK_ID_BYTES, Refusal.BAD_TASK);
    byte[] bytes = new byte[TASK_ID_BYTES];
    taskId.duplicate().get(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
