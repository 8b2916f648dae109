package io.verillm.protocol.sim;

import io.verillm.protocol.sim.SimulationSettings.Crowd;
import io.verillm.protocol.sim.adversary.Gallery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tables of runs of the whole protocol. */
final class RunTables {
  private static final String LONG_HEAD =
      "| who | w | cases | gain for one task | treasury, 1,000 requests | its wrong segments not accepted |"
          + " honest segments rejected | not accepted | honest work slashed | honest, what it planted | honest,"
          + " all roles | events | when |";
  private static final String LONG_RULE = "|---|---|---|---|---|---|---|---|---|---|---|---|---|";
  private static final String EARLIER =
      "Runs by earlier rules, or of short texts alone, which say nothing of today's w: empty columns were"
          + " not counted then, and slashed are checks that lost S_open.";

  private final TablePage page;
  private final long seed;
  private final int cases;
  private final HonestRuns honestRuns = new HonestRuns();

  RunTables(TablePage page, long seed, int cases) {
    this.page = page;
    this.seed = seed;
    this.cases = cases;
  }

  void gallery() {
    page.heading("7. Every behaviour against the whole protocol");
    Map<String, Double> named = Crowd.everybody();
    page.add(
        "%.0f %% of the workers deviate, each behaviour has the same share and each coalition six times"
            + " as much, since of a few members no gain can be told; 5 %% BAD and 2 %% GOOD"
            + " flags. As sentinel a worker writes what it planted, and pays for it as requester does. All"
            + " roles together are what staying away, which brings 0, is to be compared with. All decisions are those of the deciding code over sealed events. A gain is that on"
            + " an honest worker in the role in which it is largest, coalitions as in table 9; it is shown to lose"
            + " where the upper end lies below 0. Intervals are Student's, over what a worker has in a scoring"
            + " epoch as if these were independent, though a worker has several and members of one committee share"
            + " its cases; there is none where all earned the same, and \"too few\" stands where fewer than four"
            + " are counted. `repeating` sends honest"
            + " messages twice and is not counted as a deviation: what it differs by is chance.",
        100 * named.values().stream().mapToDouble(Double::doubleValue).sum());
    page.add("");
    page.add(
        "There are %d prompts, and an honest check differs from an honest author by less than the limits"
            + " whatever the seed: it cannot reject one. So whatever honest segments are rejected is the"
            + " work of attackers, a share of 0 holds by construction, and its interval says only how many"
            + " segments were played; that they are not accepted or lose stake otherwise is told beside it. How often honest pairs fail in the engine is measured, not"
            + " simulated: table 4. Where a cheat is found by its text alone, as `few-tokens`, `padding`,"
            + " `early-stop` and `wrong-temperature`, segments of one prompt are found or missed together. Most segments"
            + " here have about 20 tokens: a text of cheaper weights is often just what the model would have"
            + " written, and then there is nothing to find.",
        Script.COUNT);
    page.add("");
    page.add(
        "Every behaviour is told its role before it acts, so these are the gains of workers that know"
            + " what [blinding](blinding.md) hides. Not played: requesters that attack (short of funds, with"
            + " two ids for one prompt, with a case of a few tokens, in dispute), segments of unequal length,"
            + " answers that come late and not never, first authors in turn, requests that wait, witnesses"
            + " with a log of their own, missed duties.");
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
        "| share | honest author | honest checker | honest segments rejected | not accepted | honest work"
            + " slashed | positions, part 2s |");
    page.add("|---|---|---|---|---|---|---|");
    for (double percent : new double[] {0, 0.1, 1}) {
      page.later(() -> List.of(outliers(percent)));
    }
  }

  private String outliers(double percent) {
    SimulationReport report =
        Simulation.run(SimulationSettings.usual(seed, cases, 3).withOutliers(percent / 100));
    SimulationReport.Payoff honest = report.payoffs().get(Gallery.HONEST_WORKER.name());
    return Cells.line(
        "| %.1f %% | %s | %s | %s | %s | %s | %s |",
        percent,
        Cells.interval(honest.author()),
        Cells.interval(honest.checker()),
        Cells.share(report.falseRejections()),
        Cells.share(report.honestNotAccepted()),
        Cells.slashed(report),
        Cells.extent(report.extent()));
  }

  void byzantine() {
    page.heading("8. Byzantine checkers against the whole protocol");
    page.add(
        "They vote against the truth in both rounds, and are handed each author's rows for nothing, so"
            + " that they can accept what is wrong. m = 3, flags 5 %% and 2 %%.");
    page.add("");
    page.add(
        "| share | honest checker | honest, all roles | Byzantine checker | honest segments rejected | not"
            + " accepted | honest work slashed | wrong ones not accepted | positions, part 2s |");
    page.add("|---|---|---|---|---|---|---|---|---|");
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
    SimulationReport.Payoff honest = report.payoffs().get(Gallery.HONEST_WORKER.name());
    return Cells.line(
        "| %.0f %% | %s | %s | %s | %s | %s | %s | %s | %s |",
        100 * share,
        Cells.interval(honest.checker()),
        Cells.interval(honest.all()),
        Cells.interval(report.payoffs().get(Gallery.BYZANTINE.name()).checker()),
        Cells.share(report.falseRejections()),
        Cells.share(report.honestNotAccepted()),
        Cells.slashed(report),
        Cells.share(report.detection().getOrDefault("bad-flag", Estimate.NONE)),
        Cells.extent(report.extent()));
  }

  void coalitions() {
    page.heading("9. Coalitions of authors and checkers");
    page.add(
        "`collusion`: its authors run a cheaper model, its checkers accept them unseen and are honest"
            + " with others. `capture`: they reject all others as well. `sacrifice`: one segment in four of"
            + " theirs is wrong for all to see, so that peer prediction pays those who reject it. m = 3. Each"
            + " beside a run of the same seed in which its members are honest, though draws follow the log"
            + " and so differ: what they have more, for each"
            + " of their tasks, with its interval over members, and in all; and what the treasury has more."
            + " No flags.");
    page.add("");
    page.add(
        "| coalition | share | gain for one task | gain in all | treasury | wrong segments not accepted |"
            + " honest ones rejected | not accepted | honest work slashed | positions, part 2s |");
    page.add("|---|---|---|---|---|---|---|---|---|---|");
    for (String name : List.of("collusion", "capture", "sacrifice")) {
      for (double share : new double[] {0.1, 0.2, 0.3, 0.4}) {
        page.later(() -> List.of(coalition(name, share)));
      }
    }
  }

  private String coalition(String name, double share) {
    SimulationReport report =
        Simulation.run(
            SimulationSettings.usual(seed, Math.max(1, cases / 2), 3).with(0, Map.of(name, share)),
            honestRuns);
    Coalition coalition = report.coalitions().get(name);
    return Cells.line(
        "| %s | %.0f %% | %s c | %+,.0fc | %+,.0fc | %s | %s | %s | %s | %s |",
        name,
        100 * share,
        Cells.interval(coalition.gain()),
        coalition.total().mean(),
        coalition.treasury(),
        Cells.share(report.detection().getOrDefault(name, Estimate.NONE)),
        Cells.share(report.falseRejections()),
        Cells.share(report.honestNotAccepted()),
        Cells.slashed(report),
        Cells.extent(report.extent()));
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
    lines.addAll(
        List.of(
            "",
            "| behaviour | as author | as checker | as sentinel | all roles | gain |",
            "|---|---|---|---|---|---|"));
    report
        .payoffs()
        .forEach((name, payoff) ->
            lines.add(
                Cells.line(
                    "| %s | %s | %s | %s | %s | %s |",
                    name,
                    Cells.interval(payoff.author()),
                    Cells.interval(payoff.checker()),
                    Cells.interval(payoff.sentinel()),
                    Cells.interval(payoff.all()),
                    name.equals(Gallery.HONEST_WORKER.name()) ? "" : Cells.gain(payoff.gain()))));
    lines.addAll(List.of("", "| author | segments that were not accepted |", "|---|---|"));
    report
        .detection()
        .forEach((name, rate) -> lines.add(Cells.line("| %s | %s |", name, Cells.share(rate))));
    lines.add(Cells.line("| honest, rejected | %s |", Cells.share(report.falseRejections())));
    lines.add(Cells.line("| honest, not accepted | %s |", Cells.share(report.honestNotAccepted())));
    lines.add("");
    lines.add(
        Cells.line(
            "Honest work that was slashed: %s. Positions of a case, and part 2s: %s. %d different answers. %s. %,d events,"
                + " no invariant broke, %,.0f cases a second of one core, beside other work; the target is"
                + " 2,000 ([0034](decisions/0034-the-simulation-drives-the-deciding-code.md)).",
            Cells.slashed(report),
            Cells.extent(report.extent()),
            report.answers(),
            Cells.deviations(report),
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
    page.add("%s", LONG_HEAD);
    page.add("%s", LONG_RULE);
    runs.stream().filter(LongRun::isOfToday).forEach(run -> page.add("%s", run.row()));
    if (!runs.stream().allMatch(LongRun::isOfToday)) {
      page.add("");
      page.add("%s", EARLIER);
      page.add("");
      page.add("%s", LONG_HEAD);
      page.add("%s", LONG_RULE);
      runs.stream().filter(run -> !run.isOfToday()).forEach(run -> page.add("%s", run.row()));
    }
  }
}
