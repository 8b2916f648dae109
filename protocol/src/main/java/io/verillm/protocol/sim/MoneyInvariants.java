package io.verillm.protocol.sim;

import io.verillm.events.Balance;
import io.verillm.events.CloseScoringEpoch;
import io.verillm.events.DutyMissed;
import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.events.FundAccount;
import io.verillm.events.LockStake;
import io.verillm.events.MemberRole;
import io.verillm.events.Posting;
import io.verillm.events.ReserveBond;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.SettleBond;
import io.verillm.events.SettleCase;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.LedgerEffects;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/**
 * A second set of books, kept from postings alone: every balance that the ledger tells is theirs,
 * nobody owes, each kind of transfer moves between its own kinds of accounts, and a case pays whom
 * its last verdict names.
 */
final class MoneyInvariants {
  private static final String ESCROW = "escrow:";
  private static final String REQUESTER = "requester:";
  private static final String WORKER = "worker:";
  private static final String STAKE = "stake:";
  private static final String LOCKED = "locked:";
  private static final String BOND = "bond:";

  private static final Map<String, Way> WAYS =
      Map.of(
          "fund",
          new Way(
              FundAccount.class,
              List.of(Accounts.GENESIS),
              List.of(Accounts.TREASURY, REQUESTER, STAKE)),
          "reserve",
          new Way(ReserveEscrow.class, List.of(REQUESTER), List.of(ESCROW)),
          "bond",
          new Way(ReserveBond.class, List.of(REQUESTER, STAKE, WORKER), List.of(BOND)),
          "bond-end",
          new Way(
              SettleBond.class,
              List.of(BOND),
              List.of(REQUESTER, STAKE, WORKER, Accounts.TREASURY)),
          "lock",
          new Way(LockStake.class, List.of(STAKE), List.of(LOCKED)),
          "settle",
          new Way(
              SettleCase.class,
              List.of(ESCROW, LOCKED, STAKE, Accounts.TREASURY),
              List.of(ESCROW, WORKER, REQUESTER, Accounts.TREASURY)),
          "duty",
          new Way(DutyMissed.class, List.of(STAKE, WORKER), List.of(Accounts.TREASURY)),
          "peer",
          new Way(
              CloseScoringEpoch.class,
              List.of(WORKER, STAKE, Accounts.TREASURY),
              List.of(WORKER, Accounts.TREASURY)));

  private static final Way RELEASED =
      new Way(CloseScoringEpoch.class, List.of(LOCKED), List.of(STAKE));

  private final Rule rule;
  private final Map<String, Long> booked = new HashMap<>();
  private final Map<String, String> reservedBy = new HashMap<>();
  private final Map<String, Map<Integer, Verdict>> verdicts = new HashMap<>();
  private final Set<String> badFlags = new HashSet<>();

  /**
   * By which command a kind of transfer comes, and how the accounts that it moves between begin.
   */
  private record Way(Class<?> command, List<String> from, List<String> to) {
    boolean allows(SpecificRecord cause, Posting posting) {
      return command.isInstance(cause)
          && (posting.getAmount() < 0 ? from : to)
              .stream().anyMatch(posting.getAccount()::startsWith);
    }
  }

  MoneyInvariants(Rule rule) {
    this.rule = rule;
  }

  /** A case has its last verdict. */
  void decided(Verdict last) {
    verdicts
        .computeIfAbsent(last.getRequestId(), r -> new HashMap<>())
        .put(last.getSegment(), last);
  }

  /** A flag counts. */
  void flagged(FlagOpening flag) {
    if (flag.getKind() == FlagKind.BAD) {
      badFlags.add(flag.getRequestId());
    }
  }

  /** The ledger has applied a command. */
  void on(SpecificRecord command, LedgerEffects effects) {
    Map<String, Long> moved = new HashMap<>();
    for (Transfer transfer : effects.transfers()) {
      book(command, transfer, moved);
    }
    for (Balance balance : effects.balances()) {
      String account = balance.getAccount();
      long sum = booked.getOrDefault(account, 0L);
      rule.require(
          balance.getBalance() == sum,
          "%s holds %d units, its postings say %d",
          account,
          balance.getBalance(),
          sum);
      moved.remove(account);
    }
    moved.values().removeIf(amount -> amount == 0);
    rule.require(moved.isEmpty(), "no balance is told of %s", moved);
    if (command instanceof SettleCase settle && settle.getRefund()) {
      closed(settle.getRequestId());
    }
  }

  private void book(SpecificRecord command, Transfer transfer, Map<String, Long> moved) {
    long sum = 0;
    for (Posting posting : transfer.getPostings()) {
      String account = posting.getAccount();
      sum += posting.getAmount();
      rule.require(
          isAllowed(command, transfer, posting),
          "a %s by %s moves %d units of %s",
          transfer.getKind(),
          command.getSchema().getName(),
          posting.getAmount(),
          account);
      if (posting.getAmount() > 0 && transfer.getKind().equals("settle")) {
        paid(transfer, account);
      } else if (transfer.getKind().equals("reserve") && posting.getAmount() < 0) {
        reservedBy.put(transfer.getRequestId(), account);
      }
      long held = booked.merge(account, posting.getAmount(), Math::addExact);
      moved.merge(account, posting.getAmount(), Math::addExact);
      rule.require(
          held >= 0 || account.equals(Accounts.GENESIS), "%s holds %d units", account, held);
    }
    rule.require(sum == 0, "transfer %s sums to %d", transfer.getTransferId(), sum);
  }

  private static boolean isAllowed(SpecificRecord command, Transfer transfer, Posting posting) {
    Way way = WAYS.get(transfer.getKind());
    return way != null
        && (way.allows(command, posting)
            || (transfer.getKind().equals("lock") && RELEASED.allows(command, posting)));
  }

  /** Somebody gains by a settlement. */
  private void paid(Transfer transfer, String account) {
    String id = transfer.getRequestId();
    Verdict verdict = verdicts.getOrDefault(id, Map.of()).get(transfer.getSegment());
    rule.require(verdict != null, "transfer %s pays without a verdict", transfer.getTransferId());
    if (account.startsWith(REQUESTER)) {
      String reserved = reservedBy.get(id);
      rule.require(
          account.equals(reserved), "%s gets back what %s reserved for %s", account, reserved, id);
    } else if (account.startsWith(WORKER)) {
      boolean right = verdict.getOutcome() == VerdictOutcome.ACCEPTED || badFlags.contains(id);
      rule.require(
          verdict.getMembers().stream()
              .filter(member -> Accounts.worker(member.getWorker()).equals(account))
              .anyMatch(member -> right || member.getRole() != MemberRole.AUTHOR),
          "%s/%d pays %s, where %s members are %s",
          id,
          transfer.getSegment(),
          account,
          verdict.getOutcome(),
          verdict.getMembers());
    }
  }

  /** The last case of a request has settled: nothing is left of what was reserved. */
  private void closed(String requestId) {
    long left = booked.getOrDefault(Accounts.escrow(requestId), 0L);
    rule.require(left == 0, "%d units are left of the escrow of %s", left, requestId);
    booked.remove(Accounts.escrow(requestId));
    verdicts.remove(requestId);
    reservedBy.remove(requestId);
    badFlags.remove(requestId);
  }
}
