package io.verillm.protocol.sim;

import io.verillm.protocol.sim.adversary.Gallery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tables of runs of the whole protocol. */
final class RunTables {
  private final TablePage page;
  private final long seed;
  private final int cases;

  RunTables(TablePage page, long seed, int cases) {
    this.page = page;
    this.seed = seed;
    this.cases = cases;
  }

  void gallery() {
    page.heading("7. Every behaviour against the whole protocol");
    int count = Gallery.all().size();
    Map<String, Double> named = new TreeMap<>();
    Gallery.all().keySet().forEach(name -> named.put(name, 0.25 / count));
    page.add(
        "A quarter of the workers deviates, each behaviour has the same share; 5 %% BAD and 2 %% GOOD"
            + " flags. All decisions are those of the deciding code over sealed events. A gain is that on"
            + " an honest worker in the role in which it is largest, coalitions as in table 9; the best"
            + " deviation is that with the highest upper end. Intervals are Student's, over workers as if"
            + " they were independent, though members of one committee share its cases; there is none"
            + " where all earned the same or fewer than four are counted. `repeating` sends honest"
            + " messages twice and is not counted as a deviation: what it differs by is chance.");
    page.add("");
    page.add(
        "There are %d prompts, and an honest check differs from an honest author by less than the limits"
            + " whatever the seed: it cannot reject one. So whatever honest segments are rejected is the"
            + " work of attackers, a share of 0 holds by construction, and its interval says only how many"
            + " segments were played. How often honest pairs fail in the engine is measured, not"
            + " simulated: table 4. Where a cheat is found by its text alone, as `few-tokens`, `padding`,"
            + " `early-stop` and `wrong-temperature`, segments of one prompt are found or missed together. Segments"
            + " here have about 20 tokens: a text of cheaper weights is often just what the model would have"
            + " written, and then there is nothing to find.",
        World.SCRIPTS);
    page.later(() ->
        report(
            Simulation.run(
                SimulationSettings.usual(seed, cases, 3).with(0, named).withFlags(0.05, 0.02))));
  }

  void outliers() {
    page.add("");
    page.add(
        "What it would cost if honest computations failed that no other machine can follow: everybody"
            + " honest, m = 3, no flags, by the share of segments and of checks that are so. The report of"
            + " the calibration has none (table 4), and its upper end bounds a segment and a check together.");
    page.add("");
    page.add(
        "| share | honest author | honest checker | honest segments rejected | honest checks that lost S_open |");
    page.add("|---|---|---|---|---|");
    for (double percent : new double[] {0, 0.1, 1}) {
      page.later(() -> List.of(outliers(percent)));
    }
  }

  private String outliers(double percent) {
    SimulationReport report =
        Simulation.run(SimulationSettings.usual(seed, cases, 3).withOutliers(percent / 100));
    SimulationReport.Payoff honest = report.payoffs().get(Gallery.HONEST_WORKER.name());
    return Cells.line(
        "| %.1f %% | %s | %s | %s | %s |",
        percent,
        Cells.interval(honest.author()),
        Cells.interval(honest.checker()),
        Cells.share(report.falseRejections()),
        Cells.share(report.falseSlashes()));
  }

  void byzantine() {
    page.heading("8. Byzantine checkers against the whole protocol");
    page.add(
        "They vote against the truth in both rounds, and are handed each author's rows for nothing, so"
            + " that they can accept what is wrong. m = 3, flags 5 %% and 2 %%.");
    page.add("");
    page.add(
        "| share | honest checker | Byzantine checker | honest segments rejected | wrong ones not accepted |");
    page.add("|---|---|---|---|---|");
    for (double share : new double[] {0.1, 0.2, 0.3, 0.4}) {
      page.later(() -> List.of(byzantine(share)));
    }
  }

  private String byzantine(double share) {
    SimulationReport report =
        Simulation.run(
            SimulationSettings.usual(seed, Math.max(1, cases / 4), 3)
                .with(share, Map.of())
                .withFlags(0.05, 0.02));
    return Cells.line(
        "| %.0f %% | %s | %s | %s | %s |",
        100 * share,
        Cells.interval(report.payoffs().get(Gallery.HONEST_WORKER.name()).checker()),
        Cells.interval(report.payoffs().get(Gallery.BYZANTINE.name()).checker()),
        Cells.share(report.falseRejections()),
        Cells.share(report.detection().getOrDefault("bad-flag", Estimate.NONE)));
  }

  void coalitions() {
    page.heading("9. Coalitions of authors and checkers");
    page.add(
        "`collusion`: its authors run a cheaper model, its checkers accept them unseen and are honest"
            + " with others. `capture`: they reject all others as well. `sacrifice`: one segment in ten of"
            + " theirs is wrong for all to see, so that peer prediction pays those who reject it. m = 3. Each"
            + " beside a run of the same seed in which its members are honest, though draws follow the log"
            + " and so differ: what they have more, for each"
            + " of their tasks, with its interval over members, and in all; and what the treasury has more."
            + " No flags.");
    page.add("");
    page.add(
        "| coalition | share | gain for one task | gain in all | treasury | wrong segments not accepted |"
            + " honest ones rejected |");
    page.add("|---|---|---|---|---|---|---|");
    for (String name : List.of("collusion", "capture", "sacrifice")) {
      for (double share : new double[] {0.1, 0.2, 0.3, 0.4}) {
        page.later(() -> List.of(coalition(name, share)));
      }
    }
  }

  private String coalition(String name, double share) {
    SimulationReport report =
        Simulation.run(
            SimulationSettings.usual(seed, Math.max(1, cases / 4), 3).with(0, Map.of(name, share)));
    Coalition coalition = report.coalitions().get(name);
    return Cells.line(
        "| %s | %.0f %% | %s c | %+,.0fc | %+,.0fc | %s | %s |",
        name,
        100 * share,
        Cells.interval(coalition.gain()),
        coalition.total(),
        coalition.treasury(),
        Cells.share(report.detection().getOrDefault(name, Estimate.NONE)),
        Cells.share(report.falseRejections()));
  }

  void log() {
    page.heading("10. Attacks on the log");
    page.add("| attack | found | how |");
    page.add("|---|---|---|");
    LogAttacks.tried(seed)
        .forEach((name, result) ->
            page.add("| %s | %s | %s |", name, found(result.ending()), result.how()));
  }

  private static String found(LogAttacks.Ending ending) {
    return switch (ending) {
      case FOUND -> "yes";
      case TOLERATED -> "not found, but bounded";
      case NOT_FOUND -> "NO";
    };
  }

  private static List<String> report(SimulationReport report) {
    List<String> lines = new ArrayList<>();
    lines.addAll(List.of("", "| behaviour | as author | as checker | gain |", "|---|---|---|---|"));
    report
        .payoffs()
        .forEach((name, payoff) ->
            lines.add(
                Cells.line(
                    "| %s | %s | %s | %s |",
                    name,
                    Cells.interval(payoff.author()),
                    Cells.interval(payoff.checker()),
                    name.equals(Gallery.HONEST_WORKER.name()) ? "" : Cells.gain(payoff.gain()))));
    lines.addAll(List.of("", "| author | segments that were not accepted |", "|---|---|"));
    report
        .detection()
        .forEach((name, rate) -> lines.add(Cells.line("| %s | %s |", name, Cells.share(rate))));
    lines.add(Cells.line("| honest, rejected | %s |", Cells.share(report.falseRejections())));
    lines.add("");
    lines.add(
        Cells.line(
            "Honest checks that lost S_open: %s. %d different answers. Best deviation: %s. %,d events,"
                + " no invariant broke, %,.0f cases a second of one core, beside other work; the target is"
                + " 2,000 ([0034](decisions/0034-the-simulation-drives-the-deciding-code.md)).",
            Cells.share(report.falseSlashes()),
            report.answers(),
            report
                .bestDeviation()
                .map(best ->
                    Cells.line(
                        "%s as %s, %s c for one task",
                        best.name(), best.role(), Cells.interval(best.gain())))
                .orElse("none"),
            report.steps(),
            report.casesPerSecond()));
    return lines;
  }

  /** Runs that were made before, each with its date and machine. */
  void longRuns(List<LongRun> runs) {
    if (runs.isEmpty()) {
      return;
    }
    page.heading("11. Long runs");
    page.add(
        "Each a run of its own, kept in [runs](runs/) with its command; `./verillm simulate --runs"
            + " docs/runs` makes those that are missing. In the first column who deviates, with its share"
            + " of the workers; m = 3, flags 5 %% and 2 %%. What a coalition gains is told as in table 9."
            + " No invariant broke. What table 7 names and this one does not was not played so long.");
    page.add("");
    page.add(
        "| who | w | cases | gain for one task | treasury, 1,000 requests | its wrong segments not"
            + " accepted | honest segments rejected | events | when |");
    page.add("|---|---|---|---|---|---|---|---|---|");
    runs.forEach(run -> page.add("%s", run.row()));
  }
}
