package io.verillm.protocol.money;

import io.verillm.events.CloseScoringEpoch;
import io.verillm.events.DutyMissed;
import io.verillm.events.FundAccount;
import io.verillm.events.LockStake;
import io.verillm.events.ReserveBond;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.SettleBond;
import io.verillm.events.SettleCase;
import io.verillm.events.Transfer;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * The double-entry ledger: a pure function of its state and the commands in their order. Accounts
 * always sum to zero, only genesis is below zero, and every command leaves at least one transfer: a
 * refused one a {@code denied} transfer without postings, its note a {@link Refusal}. A command id
 * counts once. Integers only; what does not fit a long is refused. Not thread-safe.
 */
public final class Ledger {
  private static final String DENIED = "denied";

  private final LedgerState state;
  private final int shards;

  /**
   * A ledger that goes on from a state.
   *
   * @param state empty, or as an earlier ledger left it
   * @param shards partitions of shard-inputs
   */
  public Ledger(LedgerState state, int shards) {
    this.state = state;
    this.shards = shards;
    long sum = balances().values().stream().reduce(0L, Math::addExact);
    if (sum != 0) {
      throw new IllegalStateException("accounts sum to " + sum + ", not 0");
    }
  }

  /** What a command does, already applied to the state. Any bytes of a valid signer may come. */
  public LedgerEffects apply(long offset, SpecificRecord command) {
    return switch (command) {
      case FundAccount c -> apply(offset, c.getCommandId(), "", -1, d -> fund(d, c));
      case ReserveEscrow c -> reserve(offset, c);
      case ReserveBond c -> bond(offset, c);
      case SettleBond c ->
          apply(offset, c.getCommandId(), c.getRequestId(), c.getSegment(), d -> Bond.settle(d, c));
      case LockStake c ->
          apply(offset, c.getCommandId(), c.getRequestId(), c.getSegment(), d -> Stakes.lock(d, c));
      case SettleCase c ->
          apply(
              offset,
              c.getCommandId(),
              c.getRequestId(),
              c.getSegment(),
              d -> Settlement.settle(d, c));
      case DutyMissed c -> apply(offset, c.getCommandId(), "", -1, d -> Stakes.missed(d, c));
      case CloseScoringEpoch c ->
          apply(offset, c.getCommandId(), "", -1, d -> ScoringClose.close(d, c));
      default -> denied(offset, "", -1, Refusal.NOT_A_COMMAND);
    };
  }

  /** Units in an account; 0 for one that nobody has used. */
  public long balance(String account) {
    return state.get("balance/" + account).map(Long::parseLong).orElse(0L);
  }

  /** Every account that is not zero. */
  public SortedMap<String, Long> balances() {
    SortedMap<String, Long> balances = new TreeMap<>();
    String prefix = "balance/";
    for (String key : state.keys(prefix)) {
      String account = key.substring(prefix.length());
      balances.put(account, balance(account));
    }
    return Collections.unmodifiableSortedMap(balances);
  }

  private interface Step {
    void on(Draft draft) throws RefusedCommand;
  }

  private LedgerEffects apply(
      long offset, String commandId, String requestId, int segment, Step step) {
    return apply(offset, commandId, requestId, segment, step, (draft, refusal) -> {});
  }

  private LedgerEffects reserve(long offset, ReserveEscrow command) {
    return apply(
        offset,
        command.getCommandId(),
        command.getRequestId(),
        -1,
        draft -> Escrow.reserve(draft, command, shards),
        (draft, refusal) -> Escrow.answerRefusal(draft, command, shards, refusal));
  }

  private LedgerEffects bond(long offset, ReserveBond command) {
    return apply(
        offset,
        command.getCommandId(),
        command.getRequestId(),
        command.getSegment(),
        draft -> Bond.reserve(draft, command, shards),
        (draft, refusal) -> Bond.answerRefusal(draft, command, shards, refusal));
  }

  private interface OnRefusal {
    void on(Draft draft, Refusal refusal);
  }

  private LedgerEffects apply(
      long offset,
      String commandId,
      String requestId,
      int segment,
      Step step,
      OnRefusal onRefusal) {
    if (!Checks.isCommandId(commandId)) {
      return denied(offset, requestId, segment, Refusal.BAD_ID);
    }
    String key = "command/" + commandId;
    if (state.get(key).isPresent()) {
      return denied(offset, requestId, segment, Refusal.REPEATED);
    }
    Draft draft = new Draft(state, offset, commandId);
    try {
      step.on(draft);
    } catch (RefusedCommand refused) {
      draft = refused(offset, commandId, requestId, segment, refused.refusal(), onRefusal);
    } catch (ArithmeticException overflow) {
      draft = refused(offset, commandId, requestId, segment, Refusal.OVERFLOW, onRefusal);
    }
    draft.put(key, Long.toString(offset));
    return draft.commit();
  }

  private Draft refused(
      long offset,
      String commandId,
      String requestId,
      int segment,
      Refusal refusal,
      OnRefusal onRefusal) {
    Draft draft = new Draft(state, offset, commandId);
    draft.transfer(DENIED, requestId, segment, refusal.reason());
    onRefusal.on(draft, refusal);
    return draft;
  }

  /** For a command without an id of its own to remember it by. */
  private static LedgerEffects denied(long offset, String requestId, int segment, Refusal refusal) {
    Transfer transfer =
        new Transfer("@" + offset, DENIED, requestId, segment, offset, List.of(), refusal.reason());
    return new LedgerEffects(List.of(transfer), List.of(), List.of(), List.of(), List.of());
  }

  private static void fund(Draft draft, FundAccount command) throws RefusedCommand {
    Checks.positive(command.getAmount());
    RefusedCommand.unless(Accounts.isFundable(command.getAccount()), Refusal.UNKNOWN_ACCOUNT);
    draft.move(Accounts.GENESIS, command.getAccount(), command.getAmount());
    draft.transfer("fund", "", -1, "funded");
  }
}
