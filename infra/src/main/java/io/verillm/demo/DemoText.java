package io.verillm.demo;

import io.verillm.topics.RequestDraft;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The demo's outcome for people. Money is shown in units; 100 units are the cost of one check. */
final class DemoText {
  private DemoText() {}

  static List<String> lines(DemoReport report) {
    DemoOutcome outcome = report.outcome();
    ModelBill bill = report.bill();
    List<String> lines = new ArrayList<>();
    report.requests().forEach(request -> lines.addAll(request.lines()));
    lines.addAll(report.flags().lines());
    lines.add("");
    lines.addAll(workers(outcome.workers()));
    lines.add("");
    lines.add("the bill: model time, and the processor time of broker, apps, signatures, hashing");
    bill.lines().forEach(line -> lines.add("  " + line));
    lines.addAll(checks(outcome, report.flags().rows().size(), bill));
    lines.add("");
    lines.add(summary(outcome));
    lines.add(
        "audit: every verdict, score and transfer recomputed from the signed events: "
            + (outcome.auditIdentical() ? "identical" : "NOT IDENTICAL"));
    lines.add("");
    lines.add(
        "Go on, with this run's data: ./verillm sql, ./verillm audit;"
            + " a stack to send requests to: ./verillm up");
    lines.add(
        "Somebody else's audit begins with the coordinator's key: " + report.coordinatorKey());
    return lines;
  }

  /** Why checking costs what it costs here: how many checks there were, and what one costs. */
  private static List<String> checks(DemoOutcome outcome, int flags, ModelBill bill) {
    int requests = outcome.requests() - outcome.expired() + flags;
    if (bill.checks() == 0 || requests == 0 || bill.generate() == 0) {
      return List.of();
    }
    double one = bill.verify() / bill.checks();
    boolean secondRounds = bill.checks() > RequestDraft.CHECKERS_DEFAULT * requests;
    return List.of(
        String.format(
            Locale.ROOT,
            "  %d checks for %d requests: %d for each%s; one check reads all segments",
            bill.checks(),
            requests,
            RequestDraft.CHECKERS_DEFAULT,
            secondRounds ? ", and more where a vote called for a round 2" : ""),
        String.format(
            Locale.ROOT,
            "  one check costs %.0f %% of one generation, on cores that all workers share",
            100 * one / (bill.generate() / requests)),
        String.format(
            Locale.ROOT,
            "  %d authors took over from another and checked it: they had to read it anyhow",
            bill.handovers()));
  }

  private static String summary(DemoOutcome outcome) {
    return String.format(
        Locale.ROOT,
        "%d requests in %.1f s: %d accepted, %d rejected, %d inconclusive, %d expired;"
            + " %d cases; sum of all accounts %d",
        outcome.requests(),
        outcome.wallSeconds(),
        outcome.accepted(),
        outcome.rejected(),
        outcome.inconclusive(),
        outcome.expired(),
        outcome.cases(),
        outcome.ledgerSum());
  }

  private static List<String> workers(List<WorkerRow> workers) {
    Aligned table = new Aligned();
    table.row(
        "worker",
        "behaviour",
        "author",
        "accepted",
        "rejected",
        "checker",
        "faults",
        "score",
        "paid",
        "slashed",
        "balance",
        "");
    for (WorkerRow worker : workers) {
      table.row(
          worker.id(),
          worker.behaviour(),
          worker.casesAsAuthor(),
          worker.acceptedAsAuthor(),
          worker.rejectedAsAuthor(),
          worker.casesAsChecker(),
          worker.faultsAsChecker(),
          worker.score(),
          worker.paid(),
          worker.slashed(),
          worker.balance(),
          worker.slashed() > 0 ? "<-- slashed" : "");
    }
    return table.lines(2);
  }
}
