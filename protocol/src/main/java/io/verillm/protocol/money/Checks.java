package io.verillm.protocol.money;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/** Rules that the fields of every command keep. */
final class Checks {
  private static final int TASK_ID_BYTES = 32;

  private Checks() {}

  static boolean isCommandId(String id) {
    return isId(id, ":._/#-");
  }

  static void request(String requestId, int segment) throws RefusedCommand {
    RefusedCommand.unless(isId(requestId, "._-") && segment >= 0, Refusal.BAD_ID);
  }

  /** Letters and digits of ASCII, behind the first also others. */
  private static boolean isId(String id, String others) {
    if (id.isEmpty() || id.length() > MoneyLimits.ID_CHARS_MAX || !isPlain(id.charAt(0))) {
      return false;
    }
    for (int i = 1; i < id.length(); i++) {
      if (!isPlain(id.charAt(i)) && others.indexOf(id.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
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
