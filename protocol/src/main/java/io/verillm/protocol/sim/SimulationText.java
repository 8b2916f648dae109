package io.verillm.protocol.sim;

import io.verillm.protocol.sim.adversary.Gallery;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report for people. */
public final class SimulationText {
  private SimulationText() {}

  /** The report, line by line. */
  public static List<String> lines(SimulationReport report) {
    SimulationSettings settings = report.settings();
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "%,d requests with seed %d: %d hand-overs, m = %d, w = %.1fc, fee %.1fc, %.1f %% Byzantine, flags"
                + " %.1f %% bad and %.1f %% good",
            settings.cases(),
            settings.seed(),
            settings.handovers(),
            settings.committee(),
            settings.money().weight(),
            settings.money().fee(),
            100 * settings.crowd().byzantine(),
            100 * settings.flags().bad(),
            100 * settings.flags().good()));
    lines.add(
        format(
            "outcomes of segments %s; %.2f checks for a request; %.1f segments of 100 requests went to round 2",
            report.outcomes(),
            (double) report.checks() / settings.cases(),
            100.0 * report.secondRounds() / settings.cases()));
    Extent extent = report.extent();
    lines.add(
        format(
            "%.0f positions a case; %,d of %,d cases leave some for a part 2; %,d second parts",
            extent.mean(), extent.roomy(), extent.cases(), extent.partTwos()));
    lines.add("");
    lines.add(
        "payoff in c for one task, with its 95 % interval; gain on an honest worker in the role in"
            + " which it is largest");
    lines.add(format("  %-21s %34s %34s %34s", "behaviour", "as author", "as checker", "gain"));
    report
        .payoffs()
        .forEach((name, payoff) ->
            lines.add(
                format(
                    "  %-21s %34s %34s %34s",
                    name,
                    Cells.interval(payoff.author()),
                    Cells.interval(payoff.checker()),
                    gain(name, payoff))));
    SimulationReport.Payoff honest = report.payoffs().get(Gallery.HONEST_WORKER.name());
    lines.add(
        format(
            "  honest in all roles: %s c for one task, where staying away brings 0; of what it"
                + " planted itself %s c each",
            Cells.interval(honest.all()), Cells.interval(honest.sentinel())));
    report
        .coalitions()
        .forEach((name, coalition) ->
            lines.add(
                format(
                    "  %s beside a run of the same seed with its members honest: %s c for one"
                        + " task, %s c in all, treasury %+,.0fc",
                    name,
                    Cells.interval(coalition.gain()),
                    Cells.amount(coalition.total()),
                    coalition.treasury())));
    TreasuryFlow flow = report.treasury();
    lines.add(
        format(
            "treasury in c for 1,000 requests: slashes and bonds %+,.0f, negative scores %+,.0f,"
                + " committees and flags %+,.0f, peer prediction %+,.0f, together %+,.0f",
            flow.slashes(), flow.scores(), 0 - flow.committees(), 0 - flow.peers(), flow.net()));
    if (!report.shortfall().isNone()) {
      lines.add(shortfall(report.shortfall()));
    }
    lines.add("");
    lines.add("wrong segments that were not accepted");
    for (Map.Entry<String, Estimate> found : report.detection().entrySet()) {
      lines.add(format("  %-21s %s", found.getKey(), share(found.getValue())));
    }
    lines.add("honest segments that were rejected: " + share(report.falseRejections()));
    lines.add("honest segments not accepted:       " + share(report.honestNotAccepted()));
    lines.add(
        "honest work that was slashed:       "
            + share(report.falseSlashes())
            + Cells.losses(report.losses()));
    lines.add(
        format(
            "%d prompts, %d different answers; %s",
            Script.COUNT,
            report.answers(),
            settings.outliers() == 0
                ? "honest noise cannot reject, whoever was accused falsely was by somebody that deviated"
                : format(
                    "%.3f %% of honest computations fail against all others",
                    100 * settings.outliers())));
    lines.add(
        report.deviations().isEmpty()
            ? "nobody that deviates in what it computes or votes had a task"
            : Cells.deviations(report));
    if (!report.idle().isEmpty()) {
      lines.add("had no task: " + String.join(", ", report.idle()));
    }
    lines.add(
        format(
            "no invariant broke behind %,d events; %,.0f cases a second of one core",
            report.steps(), report.casesPerSecond()));
    lines.add("decisions " + report.decisions());
    return lines;
  }

  private static String shortfall(Shortfall s) {
    return format(
        "due in c and not there: %,.0f of locks, %,.0f of slashes, %,.0f of fees and pay, %,.0f of peer"
            + " prediction; %,d workers are left without the stake for a task",
        s.locks(), s.slashes(), s.pay(), s.peers(), s.workers());
  }

  private static String gain(String name, SimulationReport.Payoff payoff) {
    return name.equals(Gallery.HONEST_WORKER.name()) ? "" : Cells.gain(payoff.gain());
  }

  private static String share(Estimate estimate) {
    return format(
        "%.2f %% [%.2f, %.2f] of %,d",
        100 * estimate.mean(), 100 * estimate.low(), 100 * estimate.high(), estimate.count());
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
