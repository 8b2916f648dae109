package io.verillm.protocol.sim;

import io.verillm.protocol.money.HonestyBound;
import io.verillm.protocol.sim.SignalGame.Strategy;
import io.verillm.protocol.sim.adversary.Gallery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Makes {@code docs/economics.md}: every number in it comes from here, none is written by hand. */
public final class EconomicsTables {
  private static final int[] COMMITTEES = {3, 5, 7, 13, 21};
  private static final double[] SHARES = {0.05, 0.1, 0.2, 0.3, 1.0 / 3, 0.4, 0.5};
  private static final int[] SECOND_ROUNDS = {3, 7, 11, 15, 27, 43};
  private static final double REFERENCE_WEIGHT = 33.6;
  private static final int REFERENCE_COMMITTEE = 7;
  private static final double REFERENCE_SHARE = 0.3;
  private static final int BILLED_TOKENS = 500;
  private static final int AHEAD = 4;

  /** Below this a chance is a rounding error of the sum. */
  private static final double NOTHING = 1e-12;

  private final long seed;
  private final int cases;
  private final List<Supplier<List<String>>> parts = new ArrayList<>();

  private EconomicsTables(long seed, int cases) {
    this.seed = seed;
    this.cases = cases;
  }

  /**
   * The page in parts, one after the other. They share nothing, so they may be made at the same
   * time and the numbers do not depend on it.
   *
   * @param cases requests in each simulated run
   * @param when date of the run
   * @param machine what it ran on
   * @return each gives its lines; some take minutes
   */
  public static List<Supplier<List<String>>> page(
      long seed, int cases, String when, String machine) {
    return new EconomicsTables(seed, cases).page(when, machine);
  }

  private List<Supplier<List<String>>> page(String when, String machine) {
    add("# Does cheating pay?");
    add("");
    add(
        "Written by `./verillm simulate --tables docs --seed %d --cases %d` on %s, %s. Do not edit.",
        seed, cases, when, machine);
    add("");
    add(
        "c is the cost of one honest check; a segment costs its author 100c and brings 120c (144c if"
            + " it is long). What the rules are stands in [protocol.md](protocol.md), section 11.");
    add(
        "Distances of honest and wrong computations come from"
            + " `protocol/src/main/resources/io/verillm/protocol/sim/distributions-v1.csv`; each line"
            + " of it says whether it was measured or assumed. Intervals are 95 %%.");
    reference();
    shares();
    secondRound();
    bill();
    gallery();
    byzantine();
    coalitions();
    log();
    return List.copyOf(parts);
  }

  private static String line(String line, Object... values) {
    return String.format(Locale.ROOT, line, values);
  }

  private void add(String line, Object... values) {
    String text = line(line, values);
    parts.add(() -> List.of(text));
  }

  /** Lines that a run of its own will tell. */
  private void later(Supplier<List<String>> lines) {
    parts.add(lines);
  }

  private void heading(String text) {
    add("");
    add("## %s", text);
    add("");
  }

  private void reference() {
    heading("1. The reference point");
    add(
        "m = 7, no fee, w = 33.6c, 5 %% BAD and 2 %% GOOD flags, no other bad case, fp 1.9 %%, fn 0.15"
            + " %%. The model that w is computed for: votes are signals, verdicts are right, nobody"
            + " loses S_open. Real ledger, real peer prediction, real flag rules.");
    add(
        "The run has 240 workers of which 12 deviate, which costs the honest a little: for just this crowd"
            + " the formula gives them %.2fc and, without Byzantine workers, %.2fc.",
        SignalGame.expectedHonest(
            HonestyBound.reference(REFERENCE_COMMITTEE, REFERENCE_SHARE), REFERENCE_WEIGHT),
        SignalGame.expectedHonest(
            HonestyBound.reference(REFERENCE_COMMITTEE, 0), REFERENCE_WEIGHT));
    add("");
    add(
        "| strategy | formula, 30 %% Byzantine | run, 30 %% Byzantine | formula, none | run, none |");
    add("|---|---|---|---|---|");
    HonestyBound some = HonestyBound.reference(REFERENCE_COMMITTEE, REFERENCE_SHARE);
    HonestyBound none = HonestyBound.reference(REFERENCE_COMMITTEE, 0);
    int games = Math.max(20_000, cases);
    later(() -> strategies(some, none, games));
    add("");
    add("w by the formula: %.1fc at 30 %% Byzantine. %,d cases.", some.weight(), games);
  }

  private List<String> strategies(HonestyBound some, HonestyBound none, int games) {
    Map<Strategy, Estimate> with = SignalGame.play(some, REFERENCE_WEIGHT, games, seed);
    Map<Strategy, Estimate> without = SignalGame.play(none, REFERENCE_WEIGHT, games, seed);
    return Arrays.stream(Strategy.values())
        .filter(strategy -> strategy != Strategy.BYZANTINE)
        .map(strategy ->
            line(
                "| %s | %.2f | %s | %.2f | %s |",
                strategy.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                formula(some, strategy),
                interval(with.get(strategy)),
                formula(none, strategy),
                interval(without.get(strategy))))
        .toList();
  }

  private static double formula(HonestyBound bound, Strategy strategy) {
    return switch (strategy) {
      case HONEST -> bound.honest(REFERENCE_WEIGHT);
      case ALWAYS_ACCEPT -> bound.alwaysAccept();
      case ALWAYS_REJECT -> bound.alwaysReject();
      case RANDOM -> bound.random();
      case INVERSE -> bound.inverse(REFERENCE_WEIGHT);
      case BYZANTINE -> Double.NaN;
    };
  }

  private void shares() {
    heading("2. Largest Byzantine share for which honesty stays strictly best");
    add(
        "By money alone (the model of table 1): above every other vote, and above staying away, which"
            + " brings 0. Left: with the w of the parameter table, or for other"
            + " m the w that the bound asks for at a third Byzantine. Right: with w = 33.6c.");
    add("");
    add("| m | w | largest share | honest and best deviation there | largest share, w = 33.6c |");
    add("|---|---|---|---|---|");
    for (int m : COMMITTEES) {
      double weight = SimulationSettings.tableWeight(m);
      double share = largestShare(m, weight);
      HonestyBound there = HonestyBound.reference(m, share);
      add(
          "| %d | %.1fc | %.1f %% | %.2fc, %.2fc | %.1f %% |",
          m,
          weight,
          100 * share,
          there.honest(weight),
          bestDeviation(there, weight),
          100 * largestShare(m, REFERENCE_WEIGHT));
    }
  }

  /**
   * Largest share, to a tenth of a percent, at which honest checking is above every other strategy
   * and above staying away, which brings 0; 0 if at none.
   */
  static double largestShare(int committee, double weight) {
    double largest = 0;
    for (int thousandths = 0; thousandths < 500; thousandths++) {
      HonestyBound bound = HonestyBound.reference(committee, thousandths / 1000.0);
      if (bound.honest(weight) <= Math.max(0, bestDeviation(bound, weight))) {
        break;
      }
      largest = thousandths / 1000.0;
    }
    return largest;
  }

  private static double bestDeviation(HonestyBound bound, double weight) {
    return Math.max(
        Math.max(bound.alwaysAccept(), bound.alwaysReject()),
        Math.max(bound.random(), bound.inverse(weight)));
  }

  private void secondRound() {
    heading("3. When round 2 fails");
    add(
        "Chance that two thirds of the m2 seats go to the share given and decide wrongly, and in"
            + " brackets that neither side has two thirds (INCONCLUSIVE). Seats are drawn independently"
            + " here; without replacement it is a little less.");
    add("");
    StringBuilder head = new StringBuilder("| m2 |");
    StringBuilder rule = new StringBuilder("|---|");
    for (double share : SHARES) {
      head.append(String.format(Locale.ROOT, " %.0f %% |", 100 * share));
      rule.append("---|");
    }
    add("%s", head);
    add("%s", rule);
    for (int seats : SECOND_ROUNDS) {
      StringBuilder row = new StringBuilder("| ").append(seats).append(" |");
      for (double share : SHARES) {
        SecondRound end = SecondRound.of(seats, share);
        row.append(' ')
            .append(chance(end.wrong()))
            .append(" (")
            .append(chance(end.inconclusive()))
            .append(") |");
      }
      add("%s", row);
    }
  }

  private static String chance(double value) {
    return value < NOTHING ? "0" : String.format(Locale.ROOT, "%.2g", value);
  }

  private void bill() {
    heading("4. The bill");
    add(
        "What an answer of %d tokens costs over its generation alone, in percent of a generation at"
            + " batch 1, if a check costs 1 %% of it: checks of both rounds, the %d tokens that each"
            + " checker decodes before it is stopped, and flags, whose whole generation is overhead. Fees"
            + " are left out, since they stay among workers, and so is the prefill of hand-overs. Number"
            + " of checks from runs of %,d honest cases. For short answers the wasted tokens weigh more: at"
            + " 50 tokens ten times as much.",
        BILLED_TOKENS, AHEAD, cases);
    add("");
    add(
        "| m | flags bad, good | checks | `ahead` waste | flags | all | w that this rate asks for |");
    add("|---|---|---|---|---|---|---|");
    for (int m : new int[] {3, 7}) {
      for (double rate : new double[] {0, 0.5, 1, 2, 5, 10}) {
        later(() -> List.of(billRow(m, rate / 100)));
      }
    }
  }

  private String billRow(int m, double bad) {
    double good = 0.4 * bad;
    SimulationReport report =
        Simulation.run(SimulationSettings.of(seed, cases, m).withFlags(bad, good));
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
    return line(
        "| %d | %.1f %%, %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %s |",
        m,
        100 * bad,
        100 * good,
        checks,
        ahead,
        flags,
        all,
        bad == 0 ? "none is large enough" : String.format(Locale.ROOT, "%.0fc", bound.weight()));
  }

  private void gallery() {
    heading("5. Every behaviour against the whole protocol");
    int count = Gallery.all().size();
    Map<String, Double> named = new TreeMap<>();
    Gallery.all().keySet().forEach(name -> named.put(name, 0.25 / count));
    add(
        "A quarter of the workers deviates, each behaviour has the same share; 5 %% BAD and 2 %% GOOD"
            + " flags. All decisions are those of the deciding code over sealed events.");
    later(() ->
        report(
            Simulation.run(
                SimulationSettings.of(seed, cases, 3).with(0, named).withFlags(0.05, 0.02))));
  }

  private void byzantine() {
    heading("6. Byzantine checkers against the whole protocol");
    add(
        "They vote against the truth in both rounds, and are handed each author's rows for nothing, so"
            + " that they can accept what is wrong. m = 3, flags 5 %% and 2 %%.");
    add("");
    add(
        "| share | honest checker | Byzantine checker | honest segments rejected | wrong ones not accepted |");
    add("|---|---|---|---|---|");
    for (double share : new double[] {0.1, 0.2, 0.3, 0.4}) {
      later(() -> List.of(byzantine(share)));
    }
  }

  private String byzantine(double share) {
    SimulationReport report =
        Simulation.run(
            SimulationSettings.of(seed, Math.max(1, cases / 4), 3)
                .with(share, Map.of())
                .withFlags(0.05, 0.02));
    return line(
        "| %.0f %% | %s | %s | %s | %s |",
        100 * share,
        interval(report.payoffs().get(Gallery.HONEST_WORKER.name()).checker()),
        interval(report.payoffs().get(Gallery.BYZANTINE.name()).checker()),
        share(report.falseRejections()),
        share(report.detection().getOrDefault("bad-flag", Estimate.NONE)));
  }

  private void coalitions() {
    heading("7. Coalitions of authors and checkers");
    add(
        "`collusion`: its authors run a cheaper model, its checkers accept them unseen and are honest"
            + " with others. `capture`: they reject all others as well. m = 3.");
    add("");
    add(
        "| coalition | share | gain for one task | wrong segments not accepted | honest ones rejected |");
    add("|---|---|---|---|---|");
    for (String name : List.of("collusion", "capture")) {
      for (double share : new double[] {0.1, 0.2, 0.3}) {
        later(() -> List.of(coalition(name, share)));
      }
    }
  }

  private String coalition(String name, double share) {
    SimulationReport report =
        Simulation.run(
            SimulationSettings.of(seed, Math.max(1, cases / 4), 3).with(0, Map.of(name, share)));
    return line(
        "| %s | %.0f %% | %.2fc | %s | %s |",
        name,
        100 * share,
        report.payoffs().get(name).gain(),
        share(report.detection().getOrDefault(name, Estimate.NONE)),
        share(report.falseRejections()));
  }

  private void log() {
    heading("8. Attacks on the log");
    add("| attack | found | how |");
    add("|---|---|---|");
    LogAttacks.tried(seed)
        .forEach((name, result) ->
            add("| %s | %s | %s |", name, result.found() ? "yes" : "NO", result.how()));
  }

  private static List<String> report(SimulationReport report) {
    List<String> lines = new ArrayList<>();
    lines.addAll(List.of("", "| behaviour | as author | as checker | gain |", "|---|---|---|---|"));
    report
        .payoffs()
        .forEach((name, payoff) ->
            lines.add(
                line(
                    "| %s | %s | %s | %.2f |",
                    name, interval(payoff.author()), interval(payoff.checker()), payoff.gain())));
    lines.addAll(List.of("", "| author | segments that were not accepted |", "|---|---|"));
    report.detection().forEach((name, rate) -> lines.add(line("| %s | %s |", name, share(rate))));
    lines.add(line("| honest, rejected | %s |", share(report.falseRejections())));
    lines.add("");
    lines.add(
        line(
            "Honest checks that lost S_open: %s. Best deviation: %s, %+.2fc for one task. %,d events,"
                + " no invariant broke, %,.0f cases a second of one core.",
            share(report.falseSlashes()),
            report.bestDeviation(),
            report.bestDeviationGain(),
            report.steps(),
            report.casesPerSecond()));
    return lines;
  }

  private static String interval(Estimate e) {
    return e.count() == 0
        ? "-"
        : String.format(Locale.ROOT, "%.2f [%.2f, %.2f]", e.mean(), e.low(), e.high());
  }

  private static String share(Estimate e) {
    return e.count() == 0
        ? "-"
        : String.format(
            Locale.ROOT,
            "%.2f %% [%.2f, %.2f] of %,d",
            100 * e.mean(),
            100 * e.low(),
            100 * e.high(),
            e.count());
  }
}
