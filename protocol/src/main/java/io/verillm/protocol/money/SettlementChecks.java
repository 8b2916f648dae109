package io.verillm.protocol.money;

import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.CaseVote;
import io.verillm.events.SettleCase;
import java.util.HashSet;
import java.util.Set;

/** What a {@code SettleCase} must keep whatever the ledger holds. */
final class SettlementChecks {
  private SettlementChecks() {}

  static void check(SettleCase command) throws RefusedCommand {
    Checks.request(command.getRequestId(), command.getSegment());
    RefusedCommand.unless(
        SettlementKinds.OUTCOMES.contains(command.getOutcome())
            && SettlementKinds.OUTCOMES.contains(requestOutcome(command)),
        Refusal.BAD_OUTCOME);
    RefusedCommand.unless(
        command.getPeerWeight() >= OpenCase.WEIGHT_OF_THE_CLOSE
            && command.getPeerWeight() <= MoneyLimits.AMOUNT_UNITS_MAX,
        Refusal.BAD_AMOUNT);
    Checks.entries(command.getPayments());
    Checks.entries(command.getSlashes());
    Checks.entries(command.getVotes());
    payments(command);
    votes(command, slashes(command));
  }

  /** The worst outcome among the request's cases; a case that is the only one need not say it. */
  private static String requestOutcome(SettleCase command) {
    return command.getRequestOutcome().isEmpty()
        ? command.getOutcome()
        : command.getRequestOutcome();
  }

  private static void payments(SettleCase command) throws RefusedCommand {
    Set<String> paid = new HashSet<>();
    for (CasePayment payment : command.getPayments()) {
      RefusedCommand.unless(SettlementKinds.PAYMENTS.contains(payment.getKind()), Refusal.BAD_KIND);
      Checks.worker(payment.getWorker());
      Checks.notNegative(payment.getAmount());
      RefusedCommand.unless(paid.add(Checks.task(payment.getTaskId())), Refusal.TASK_LISTED_TWICE);
    }
  }

  /** Workers whose task must not be scored: each worker has one task of a request at most. */
  private static Set<String> slashes(SettleCase command) throws RefusedCommand {
    Set<String> slashed = new HashSet<>();
    Set<String> unscored = new HashSet<>();
    for (CaseSlash slash : command.getSlashes()) {
      RefusedCommand.unless(SettlementKinds.SLASHES.contains(slash.getKind()), Refusal.BAD_KIND);
      Checks.worker(slash.getWorker());
      Checks.notNegative(slash.getAmount());
      RefusedCommand.unless(slashed.add(Checks.task(slash.getTaskId())), Refusal.TASK_LISTED_TWICE);
      if (!SettlementKinds.SCORED_SLASHES.contains(slash.getKind())) {
        unscored.add(slash.getWorker());
      }
    }
    return unscored;
  }

  private static void votes(SettleCase command, Set<String> unscored) throws RefusedCommand {
    Set<String> voters = new HashSet<>();
    for (CaseVote vote : command.getVotes()) {
      Checks.worker(vote.getWorker());
      RefusedCommand.unless(voters.add(vote.getWorker()), Refusal.WORKER_VOTES_TWICE);
      RefusedCommand.unless(!unscored.contains(vote.getWorker()), Refusal.SLASHED_TASK_SCORED);
    }
  }
}
