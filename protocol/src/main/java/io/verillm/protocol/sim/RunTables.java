package io.verillm.protocol.sim;

import io.verillm.protocol.money.HonestyBound;
import io.verillm.protocol.sim.adversary.Gallery;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Tables of runs of the whole protocol. */
final class RunTables {
  private static final int BILLED_TOKENS = 500;
  private static final int AHEAD = 4;
  private static final long FUNDING = 1_000_000;

  private final TablePage page;
  private final long seed;
  private final int cases;

  RunTables(TablePage page, long seed, int cases) {
    this.page = page;
    this.seed = seed;
    this.cases = cases;
  }

  void bill() {
    page.heading("5. The bill");
    page.add(
        "What an answer of %d tokens costs over its generation alone, in percent of a generation at"
            + " batch 1, if a check costs 1 %% of it: checks of both rounds, the %d tokens that each"
            + " checker decodes before it is stopped, and flags, whose whole generation is overhead. Fees"
            + " are left out, since they stay among workers, and so is the prefill of hand-overs. Number"
            + " of checks from runs of %,d honest cases. In the last column what the treasury pays for a"
            + " request beyond what it takes in, in the same percent: no work, but somebody must bring it"
            + " in (table 6). For short answers the wasted tokens weigh more: at"
            + " 50 tokens ten times as much.",
        BILLED_TOKENS, AHEAD, cases);
    page.add("");
    page.add(
        "| m | flags bad, good | checks | `ahead` waste | flags | all | w that this rate asks for |"
            + " treasury |");
    page.add("|---|---|---|---|---|---|---|---|");
    for (int m : new int[] {3, 7}) {
      for (double rate : new double[] {0, 0.5, 1, 2, 5, 10}) {
        page.later(() -> List.of(billRow(m, rate / 100)));
      }
    }
  }

  private String billRow(int m, double bad) {
    double good = 0.4 * bad;
    SimulationReport report =
        Simulation.run(SimulationSettings.usual(seed, cases, m).withFlags(bad, good));
    double checks = (double) report.checks() / cases;
    double ahead = checks * AHEAD / BILLED_TOKENS * 100;
    double flags = 100 * (bad + good);
    double all = (100 + checks + ahead) / (1 - bad - good) - 100;
    HonestyBound plain = HonestyBound.reference(m, 1.0 / 3);
    HonestyBound bound =
        new HonestyBound(
            m,
            1.0 / 3,
            plain.falsePositive(),
            plain.falseNegative(),
            Math.max(bad, 1e-9),
            bad,
            good,
            plain.slashBadFlag(),
            plain.slashGoodFlag(),
            plain.margin());
    return Cells.line(
        "| %d | %.1f %%, %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %s | %.1f %% |",
        m,
        100 * bad,
        100 * good,
        checks,
        ahead,
        flags,
        all,
        bad == 0 ? "none is large enough" : String.format(Locale.ROOT, "%.0fc", bound.weight()),
        (0 - report.treasury().net()) / 1_000);
  }

  void treasury() {
    page.heading("6. The treasury");
    page.add(
        "Where peer prediction's pay comes from. In c for 1,000 requests, with w of the parameter table;"
            + " what the treasury was funded with is left out. Requesters pay segments and fees of round 1"
            + " of accepted answers, so neither is here. Nothing else pays into the treasury: where the sum"
            + " is below 0 it lives on funding, and once it is empty peer prediction pays in proportion to"
            + " what is left, so nobody is paid to look. A fee for a request of that sum would keep it. The"
            + " last column: for how many requests a funding of %,dc lasts. Missed duties, which pay into"
            + " it too, are not simulated.",
        FUNDING);
    page.add("");
    page.add(
        "| run | slashes and bonds | negative scores | committees, BAD flags | peer prediction | sum |"
            + " lasts |");
    page.add("|---|---|---|---|---|---|---|");
    for (int m : new int[] {3, 7}) {
      SimulationSettings honest = SimulationSettings.usual(seed, cases, m);
      treasuryRow("honest, m = " + m + ", no flags", honest);
      treasuryRow("honest, m = " + m + ", flags 1 %, 0.4 %", honest.withFlags(0.01, 0.004));
      treasuryRow("honest, m = " + m + ", flags 5 %, 2 %", honest.withFlags(0.05, 0.02));
    }
    SimulationSettings flags = SimulationSettings.usual(seed, cases, 3).withFlags(0.05, 0.02);
    treasuryRow("a tenth int8, m = 3, flags 5 %, 2 %", flags.with(0, Map.of("int8", 0.1)));
    treasuryRow("a tenth lazy, m = 3, flags 5 %, 2 %", flags.with(0, Map.of("lazy", 0.1)));
    treasuryRow(
        "a third sacrifice, m = 3, flags 5 %, 2 %", flags.with(0, Map.of("sacrifice", 0.33)));
  }

  private void treasuryRow(String name, SimulationSettings settings) {
    page.later(() -> {
      TreasuryFlow flow = Simulation.run(settings).treasury();
      double lasts = flow.lasts(FUNDING);
      return List.of(
          Cells.line(
              "| %s | %+,.0fc | %+,.0fc | %+,.0fc | %+,.0fc | %+,.0fc | %s |",
              name,
              flow.slashes(),
              flow.scores(),
              0 - flow.committees(),
              0 - flow.peers(),
              flow.net(),
              Double.isInfinite(lasts) ? "for ever" : Cells.line("%,.0f", lasts)));
    });
  }

  void gallery() {
    page.heading("7. Every behaviour against the whole protocol");
    int count = Gallery.all().size();
    Map<String, Double> named = new TreeMap<>();
    Gallery.all().keySet().forEach(name -> named.put(name, 0.25 / count));
    page.add(
        "A quarter of the workers deviates, each behaviour has the same share; 5 %% BAD and 2 %% GOOD"
            + " flags. All decisions are those of the deciding code over sealed events.");
    page.later(() ->
        report(
            Simulation.run(
                SimulationSettings.usual(seed, cases, 3).with(0, named).withFlags(0.05, 0.02))));
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
            + " beside a run of the same seed in which its members are honest: what they have more, for each"
            + " of their tasks, with its interval over members, and in all; and what the treasury has more.");
    page.add("");
    page.add(
        "| coalition | share | gain for one task | gain in all | treasury | wrong segments not accepted |"
            + " honest ones rejected |");
    page.add("|---|---|---|---|---|---|---|");
    for (String name : List.of("collusion", "capture", "sacrifice")) {
      for (double share : new double[] {0.1, 0.2, 0.3}) {
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
        "| %s | %.0f %% | %sc | %+,.0fc | %+,.0fc | %s | %s |",
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
            page.add("| %s | %s | %s |", name, result.found() ? "yes" : "NO", result.how()));
  }

  private static List<String> report(SimulationReport report) {
    List<String> lines = new ArrayList<>();
    lines.addAll(List.of("", "| behaviour | as author | as checker | gain |", "|---|---|---|---|"));
    report
        .payoffs()
        .forEach((name, payoff) ->
            lines.add(
                Cells.line(
                    "| %s | %s | %s | %.2f |",
                    name,
                    Cells.interval(payoff.author()),
                    Cells.interval(payoff.checker()),
                    payoff.gain())));
    lines.addAll(List.of("", "| author | segments that were not accepted |", "|---|---|"));
    report
        .detection()
        .forEach((name, rate) -> lines.add(Cells.line("| %s | %s |", name, Cells.share(rate))));
    lines.add(Cells.line("| honest, rejected | %s |", Cells.share(report.falseRejections())));
    lines.add("");
    lines.add(
        Cells.line(
            "Honest checks that lost S_open: %s. Best deviation: %s, %+.2fc for one task. %,d events,"
                + " no invariant broke, %,.0f cases a second of one core.",
            Cells.share(report.falseSlashes()),
            report.bestDeviation(),
            report.bestDeviationGain(),
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
            + " No invariant broke.");
    page.add("");
    page.add(
        "| who | cases | gain for one task | treasury, 1,000 requests | its wrong segments not"
            + " accepted | honest segments rejected | events | when |");
    page.add("|---|---|---|---|---|---|---|---|");
    runs.forEach(run -> page.add("%s", run.row()));
  }
}
