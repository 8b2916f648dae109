package io.verillm.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The demo's outcome for people. Money is shown in units; 100 units are the cost of one check. */
final class DemoText {
  private DemoText() {}

  static List<String> lines(List<RequestRow> requests, DemoOutcome outcome, ModelBill bill) {
    List<String> lines = new ArrayList<>();
    requests.forEach(request -> lines.addAll(request.lines()));
    lines.add("");
    lines.addAll(workers(outcome.workers()));
    lines.add("");
    lines.add("model time");
    bill.lines().forEach(line -> lines.add("  " + line));
    lines.add("");
    lines.add(summary(outcome));
    lines.add(
        "audit: every verdict, score and transfer recomputed from the signed events: "
            + (outcome.auditIdentical() ? "identical" : "NOT IDENTICAL"));
    lines.add("");
    lines.add("Go on: ./verillm sql, ./verillm audit, ./verillm up");
    return lines;
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
