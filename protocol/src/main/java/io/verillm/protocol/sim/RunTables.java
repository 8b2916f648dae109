package io.verillm.protocol.sim;

import io.verillm.protocol.money.HonestyBound;
import io.verillm.protocol.sim.adversary.Gallery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tables of runs of the whole protocol. */
final class RunTables {
  private static final int BILLED_TOKENS = 500;
  private static final int AHEAD = 4;
  private static final long FUNDING = 1_000_000;
  private static final double GOOD_PER_BAD = 0.4;
  private static final double REFERENCE_BAD = 0.05;

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
            + " checker decodes before it is stopped, the prefill of the author that goes on, counted as a"
            + " check of its own, and flags, whose whole generation is overhead. Fees"
            + " are left out, since they stay among workers. Number"
            + " of checks from runs of %,d honest cases. For short answers the wasted tokens weigh more: at"
            + " 50 tokens ten times as much.",
        BILLED_TOKENS, AHEAD, cases);
    page.add("");
    page.add(
        "Each row is played with the w that its flags ask for (table 4's first row for 5 %%), since fewer"
            + " flags hold honesty with a larger w only. The treasury's column is what it pays for a request beyond"
            + " what it takes in, in the same percent: no work, but somebody must bring it in (table 6)."
            + " Without flags no w is large enough, and honesty is not strictly best: that row is the"
            + " price of checks that nobody is paid to make.");
    page.add("");
    page.add(
        "| m | flags bad, good | w | checks | `ahead` waste | hand-over | flags | work | treasury |"
            + " work and treasury |");
    page.add("|---|---|---|---|---|---|---|---|---|---|");
    for (int m : new int[] {3, 7}) {
      for (double rate : new double[] {0, 0.5, 1, 2, 5, 10}) {
        page.later(() -> List.of(billRow(m, rate / 100)));
      }
    }
  }

  private String billRow(int m, double bad) {
    double good = GOOD_PER_BAD * bad;
    SimulationReport report = Simulation.run(flagged(m, bad));
    double checks = (double) report.checks() / cases;
    double ahead = checks * AHEAD / BILLED_TOKENS * 100;
    double reads = (double) report.reads() / cases;
    double work = (100 + checks + ahead + reads) / (1 - bad - good) - 100;
    double treasury = (0 - report.treasury().net()) / 1_000;
    return Cells.line(
        "| %d | %.1f %%, %.1f %% | %s | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% |",
        m,
        100 * bad,
        100 * good,
        bad == 0 ? "none is large enough" : Cells.line("%.0fc", weight(m, bad)),
        checks,
        ahead,
        reads,
        100 * (bad + good),
        work,
        Cells.unsigned(treasury),
        Cells.unsigned(work + treasury));
  }

  /** Honest workers, so many flags, and the w that keeps them honest. */
  private SimulationSettings flagged(int m, double bad) {
    SimulationSettings usual = SimulationSettings.usual(seed, cases, m);
    return bad == 0
        ? usual
        : usual.withMoney(weight(m, bad), usual.fee()).withFlags(bad, GOOD_PER_BAD * bad);
  }

  /** Least w for so many flags, rounded up as the parameter table is. */
  static double weight(int m, double bad) {
    double least = HonestyBound.reference(m, 1.0 / 3).withFlags(bad, GOOD_PER_BAD * bad).weight();
    return bad == REFERENCE_BAD ? SimulationSettings.tableWeight(m) : least;
  }

  void treasury() {
    page.heading("6. The treasury");
    page.add(
        "Where peer prediction's pay comes from. In c for 1,000 requests, each row with the w that its"
            + " flags ask for; what the treasury was funded with is left out. Requesters pay segments, fees"
            + " of round 1 of accepted answers, and the reserve for a round 2 and refused fees, so none of it"
            + " is here. What one settlement takes and gives is netted. Nothing else pays into the"
            + " treasury: where the sum is below 0 it lives on funding, and once it is empty peer"
            + " prediction pays in proportion to what is left, so nobody is paid to look. A fee for each"
            + " request of a thousandth of that sum would keep it. The last column: for how many requests a"
            + " funding of %,dc lasts. Missed duties, which pay into it too, are not simulated, nor is an"
            + " empty treasury. Without flags nobody is paid to look at all: honesty is not strictly best"
            + " there.",
        FUNDING);
    page.add("");
    page.add(
        "| run | w | slashes and bonds | negative scores | committees, BAD flags | peer prediction |"
            + " sum | lasts |");
    page.add("|---|---|---|---|---|---|---|---|");
    for (int m : new int[] {3, 7}) {
      treasuryRow("honest, m = " + m + ", no flags", flagged(m, 0));
      treasuryRow("honest, m = " + m + ", flags 1 %, 0.4 %", flagged(m, 0.01));
      treasuryRow("honest, m = " + m + ", flags 5 %, 2 %", flagged(m, REFERENCE_BAD));
    }
    SimulationSettings flags = flagged(3, REFERENCE_BAD);
    treasuryRow("a tenth int8, m = 3, flags 5 %, 2 %", flags.with(0, Map.of("int8", 0.1)));
    treasuryRow("a tenth lazy, m = 3, flags 5 %, 2 %", flags.with(0, Map.of("lazy", 0.1)));
    treasuryRow("three tenths Byzantine, m = 3, flags 5 %, 2 %", flags.with(0.3, Map.of()));
    treasuryRow(
        "a third sacrifice, m = 3, flags 5 %, 2 %", flags.with(0, Map.of("sacrifice", 0.33)));
  }

  private void treasuryRow(String name, SimulationSettings settings) {
    page.later(() -> {
      TreasuryFlow flow = Simulation.run(settings).treasury();
      double lasts = flow.lasts(FUNDING);
      return List.of(
          Cells.line(
              "| %s | %.1fc | %+,.0fc | %+,.0fc | %+,.0fc | %+,.0fc | %+,.0fc | %s |",
              name,
              settings.weight(),
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
            + " `early-stop` and `wrong-temperature`, segments of one prompt are found or missed together.",
        World.SCRIPTS);
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
            + " No invariant broke.");
    page.add("");
    page.add(
        "| who | cases | gain for one task | treasury, 1,000 requests | its wrong segments not"
            + " accepted | honest segments rejected | events | when |");
    page.add("|---|---|---|---|---|---|---|---|");
    runs.forEach(run -> page.add("%s", run.row()));
  }
}
