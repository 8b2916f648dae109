package io.verillm.protocol.money;

import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.CaseVote;
import io.verillm.events.SettleCase;
import io.verillm.protocol.money.OpenCase.Lock;
import io.verillm.protocol.money.OpenCase.ScorableVote;
import io.verillm.protocol.money.OpenCase.Standing;
import java.util.ArrayList;
import java.util.List;

/**
 * Settlement (i), the finality of a case, as one transfer.
 *
 * <p>Slashes come from the task's lock, then from the worker's free stake, never from what is
 * locked for another task. The requester pays for a case that is ACCEPTED, if those before it are:
 * then R and the fees of round 1 come from the escrow, and the fees of round 2 from the losers'
 * slashes, then from the reserve. For every other case the request's slashes pay. What these cannot
 * pay the treasury does for committees alone, down to zero; the note says what was left unpaid. So
 * requester and authors together never have more than they put in, escrow and slashes. With the
 * last case the rest of the slashes goes to the treasury, the rest of the escrow back.
 */
final class Settlement {
  private final Draft draft;
  private final SettleCase command;
  private final List<Lock> locks;
  private final OpenSettlement before;
  private final boolean charged;
  private final Purse price;
  private final Purse reserve;
  private Purse slashes = new Purse(0);
  private long slashShort;

  /** What peer prediction pays for a rejected segment its author's slash must have brought. */
  private boolean authorShort;

  private long payShort;

  private Settlement(Draft draft, SettleCase command, Escrow escrow, List<Lock> locks) {
    this.draft = draft;
    this.command = command;
    this.locks = new ArrayList<>(locks);
    this.before = OpenSettlement.read(draft, command.getRequestId());
    this.charged = before.whole() && command.getOutcome().equals(SettlementKinds.ACCEPTED);
    long chargeable = charged ? draft.balance(escrowAccount()) - before.slashes() : 0;
    long held = Math.min(chargeable, Parameters.reserveOf(escrow.amount()));
    this.reserve = new Purse(held);
    this.price = new Purse(chargeable - held);
  }

  private String escrowAccount() {
    return Accounts.escrow(command.getRequestId());
  }

  static boolean isSettled(Draft draft, String requestId, int segment) {
    return draft.get(settledKey(requestId, segment)).isPresent();
  }

  static void settle(Draft draft, SettleCase command) throws RefusedCommand {
    SettlementChecks.check(command);
    String requestId = command.getRequestId();
    int segment = command.getSegment();
    Escrow escrow =
        Escrow.read(draft, requestId)
            .orElseThrow(() -> new RefusedCommand(Refusal.UNKNOWN_REQUEST));
    RefusedCommand.unless(
        escrow.requester().equals(command.getRequester()), Refusal.WRONG_REQUESTER);
    RefusedCommand.unless(!isSettled(draft, requestId, segment), Refusal.CASE_SETTLED);
    String key = OpenCase.key(requestId, segment);
    Settlement settlement =
        new Settlement(draft, command, escrow, OpenCase.read(draft, key).locks());
    settlement.move();
    List<CaseVote> votes = settlement.authorShort ? List.of() : command.getVotes();
    new OpenCase(true, settlement.locks, scorable(votes), command.getPeerWeight())
        .write(draft, key);
    draft.put(settledKey(requestId, segment), Long.toString(draft.offset()));
    draft.transfer("settle", requestId, segment, settlement.note());
  }

  private void move() throws RefusedCommand {
    long slashed = 0;
    for (CaseSlash slash : command.getSlashes()) {
      slashed = Math.addExact(slashed, slash(slash));
    }
    slashes = new Purse(Math.addExact(before.slashes(), slashed));
    draft.post(escrowAccount(), slashed);
    for (CasePayment payment : command.getPayments()) {
      if (!payment.getKind().equals(SettlementKinds.FEE_ROUND_2)) {
        pay(payment, price, reserve, slashes);
      }
    }
    for (CasePayment payment : command.getPayments()) {
      if (payment.getKind().equals(SettlementKinds.FEE_ROUND_2)) {
        pay(payment, slashes, reserve);
      }
    }
    if (command.getRefund()) {
      draft.move(escrowAccount(), Accounts.TREASURY, slashes.left());
      draft.move(escrowAccount(), command.getRequester(), draft.balance(escrowAccount()));
      OpenSettlement.remove(draft, command.getRequestId());
    } else {
      new OpenSettlement(slashes.left(), charged).write(draft, command.getRequestId());
    }
  }

  /** Takes a slash and says how many units it brought. */
  private long slash(CaseSlash slash) throws RefusedCommand {
    String taskId = Checks.task(slash.getTaskId());
    long wanted = slash.getAmount();
    for (int i = 0; i < locks.size(); i++) {
      Lock lock = locks.get(i);
      if (lock.taskId().equals(taskId) && lock.worker().equals(slash.getWorker())) {
        long taken = Math.min(wanted, lock.amount());
        draft.post(Accounts.locked(lock.worker()), -taken);
        locks.set(i, new Lock(taskId, lock.worker(), lock.amount() - taken));
        wanted -= taken;
      }
    }
    locks.removeIf(lock -> lock.amount() == 0);
    String stake = Accounts.stake(slash.getWorker());
    long free = Math.min(wanted, draft.balance(stake));
    draft.post(stake, -free);
    slashShort = Math.addExact(slashShort, wanted - free);
    authorShort |= wanted > free && isForRejected(slash);
    return slash.getAmount() - (wanted - free);
  }

  /** The bond of a flag that was rejected stands in the place of its author's slash. */
  private boolean isForRejected(CaseSlash slash) {
    return slash.getKind().equals(SettlementKinds.SLASH_AUTHOR)
        || slash.getKind().equals(SettlementKinds.SLASH_BOND)
            && command.getOutcome().equals(SettlementKinds.REJECTED);
  }

  private void pay(CasePayment payment, Purse... sources) {
    long wanted = payment.getAmount();
    for (Purse source : sources) {
      long taken = source.take(wanted);
      wanted -= taken;
      draft.post(escrowAccount(), -taken);
    }
    if (SettlementKinds.BACKED_BY_TREASURY.contains(payment.getKind())) {
      long fromTreasury = Math.min(wanted, draft.balance(Accounts.TREASURY));
      draft.post(Accounts.TREASURY, -fromTreasury);
      wanted -= fromTreasury;
    }
    payShort = Math.addExact(payShort, wanted);
    draft.post(Accounts.worker(payment.getWorker()), payment.getAmount() - wanted);
  }

  private String note() {
    return command.getOutcome()
        + (slashShort == 0 ? "" : " slash-short=" + slashShort)
        + (payShort == 0 ? "" : " pay-short=" + payShort);
  }

  /** A vote is scored against at least two others that count; the rest only count. */
  private static List<ScorableVote> scorable(List<CaseVote> votes) {
    long counting = votes.stream().filter(CaseVote::getCounts).count();
    return votes.stream()
        .map(vote -> {
          long others = counting - (vote.getCounts() ? 1 : 0);
          return new ScorableVote(
              vote.getWorker(),
              vote.getReject(),
              vote.getCounts(),
              others >= MoneyLimits.OTHER_VOTES_MIN ? Standing.FRESH : Standing.SCORED);
        })
        .toList();
  }

  private static String settledKey(String requestId, int segment) {
    return "settled/" + requestId + "/" + segment;
  }
}
