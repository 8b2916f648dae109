package io.verillm.protocol.sim;

import io.verillm.protocol.money.HonestyBound;
import io.verillm.protocol.sim.SignalCrowd.Strategy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Tables of what the rules for money promise, before anybody plays the whole protocol. */
final class MoneyTables {
  static final int[] COMMITTEES = {3, 5, 7, 13, 21};
  private static final double[] SHARES = {
    0.05, 0.1, 0.2, 0.3, HonestyBound.BYZANTINE_MOST, 0.4, 0.5
  };
  private static final int[] SECOND_ROUNDS = {3, 7, 11, 15, 27, 43};
  private static final double REFERENCE_WEIGHT = 33.6;
  private static final int REFERENCE_COMMITTEE = 7;
  private static final double REFERENCE_SHARE = 0.3;

  private final TablePage page;
  private final long seed;
  private final int cases;

  MoneyTables(TablePage page, long seed, int cases) {
    this.page = page;
    this.seed = seed;
    this.cases = cases;
  }

  void reference() {
    page.heading("1. The reference point");
    page.add(
        "m = 7, no fee, w = 33.6c, 5 %% BAD and 2 %% GOOD flags, no other bad case, fp 1.9 %%, fn 0.15"
            + " %%. The model that w is computed for: votes are signals, verdicts are right, nobody"
            + " loses S_open. Real ledger, real peer prediction, real flag rules.");
    page.add(
        "The run has 240 workers of which 12 deviate, which costs the honest a little: for just this crowd"
            + " the formula gives them %.2fc and, without Byzantine workers, %.2fc.",
        new SignalCrowd(HonestyBound.reference(REFERENCE_COMMITTEE, REFERENCE_SHARE))
            .expectedHonest(REFERENCE_WEIGHT),
        new SignalCrowd(HonestyBound.reference(REFERENCE_COMMITTEE, 0))
            .expectedHonest(REFERENCE_WEIGHT));
    page.add("");
    page.add(
        "| strategy | formula, 30 %% Byzantine | run, 30 %% Byzantine | formula, none | run, none |");
    page.add("|---|---|---|---|---|");
    HonestyBound some = HonestyBound.reference(REFERENCE_COMMITTEE, REFERENCE_SHARE);
    HonestyBound none = HonestyBound.reference(REFERENCE_COMMITTEE, 0);
    int games = Math.max(20_000, cases);
    page.later(() -> strategies(some, none, games));
    page.add("");
    page.add("w by the formula: %.1fc at 30 %% Byzantine. %,d cases.", some.weight(), games);
  }

  private List<String> strategies(HonestyBound some, HonestyBound none, int games) {
    Map<Strategy, Estimate> with = SignalGame.play(some, REFERENCE_WEIGHT, games, seed);
    Map<Strategy, Estimate> without = SignalGame.play(none, REFERENCE_WEIGHT, games, seed);
    return Arrays.stream(Strategy.values())
        .filter(strategy -> strategy != Strategy.BYZANTINE)
        .map(strategy ->
            Cells.line(
                "| %s | %.2f | %s | %.2f | %s |",
                strategy.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                formula(some, strategy),
                Cells.interval(with.get(strategy)),
                formula(none, strategy),
                Cells.interval(without.get(strategy))))
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

  void shares() {
    page.heading("2. Largest Byzantine share for which honesty stays strictly best");
    page.add(
        "By money alone (the model of table 1): above every other vote, and above staying away, which"
            + " brings 0. Left: with the w of the parameter table, which for other m is found by its"
            + " rule (table 4). Right: with w = 33.6c. The"
            + " protocol as it is played holds less than this model: that is the second table.");
    page.add("");
    page.add(
        "| m | w | largest share | honest and best deviation there | largest share, w = 33.6c |");
    page.add("|---|---|---|---|---|");
    for (int m : COMMITTEES) {
      double weight = SimulationSettings.tableWeight(m);
      double share = largestShare(m, weight);
      HonestyBound there = HonestyBound.reference(m, share);
      page.add(
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

  void secondRound() {
    page.heading("3. When round 2 fails");
    page.add(
        "Chance that two thirds of the m2 seats go to the share given and decide wrongly, and in"
            + " brackets that neither side has two thirds (INCONCLUSIVE). Seats are drawn independently"
            + " here; without replacement it is a little less.");
    page.add("");
    StringBuilder head = new StringBuilder("| m2 |");
    StringBuilder rule = new StringBuilder("|---|");
    for (double share : SHARES) {
      head.append(String.format(Locale.ROOT, " %.0f %% |", 100 * share));
      rule.append("---|");
    }
    page.add("%s", head);
    page.add("%s", rule);
    for (int seats : SECOND_ROUNDS) {
      StringBuilder row = new StringBuilder("| ").append(seats).append(" |");
      for (double share : SHARES) {
        SecondRound end = SecondRound.of(seats, share);
        row.append(' ')
            .append(Cells.chance(end.wrong()))
            .append(" (")
            .append(Cells.chance(end.inconclusive()))
            .append(") |");
      }
      page.add("%s", row);
    }
  }

  /** What w must be where checks err as often as was measured. */
  void errors(Optional<MeasuredErrors> measured) {
    page.heading("4. w from measured errors");
    page.add(
        "Least w at a third Byzantine, 5 %% BAD and 2 %% GOOD flags, g = 1c. The first row takes the"
            + " errors that the paper reports of its policy, which judges models without a"
            + " calibration.");
    measured.ifPresent(errors -> {
      Map.Entry<String, Estimate> worst = errors.worst();
      page.add(
          "The others take those of `%s`, calibration %s: of %,d honest pairs %.2f %% were rejected;"
              + " of each cheat's pairs at least %.2f %% were rejected, UNSURE votes not among them, since"
              + " those are not scored (as a loss by flags they count too here, which asks for a little"
              + " too much). Once as counted, and once"
              + " the upper ends of the 95 %% intervals, fn that of `%s`, of which least is certain"
              + " (%,d pairs).",
          errors.source(),
          errors.calibration(),
          errors.honestRejected().count(),
          100 * errors.honestRejected().mean(),
          100 * leastFound(errors),
          worst.getKey(),
          worst.getValue().count());
    });
    page.add("");
    page.add("| errors | fp | fn | w, m = 3 | w, m = 7 |");
    page.add("|---|---|---|---|---|");
    HonestyBound paper = HonestyBound.reference(3, HonestyBound.BYZANTINE_MOST);
    errorRow("of the paper", paper.falsePositive(), paper.falseNegative());
    measured.ifPresent(errors -> {
      errorRow("as counted", errors.honestRejected().mean(), 1 - leastFound(errors));
      errorRow("at most", errors.falsePositiveMost(), errors.falseNegativeMost());
    });
    page.add(
        "| in the parameter table | %.2f %% | %.2f %% | %.1fc | %.1fc |",
        100 * HonestyBound.FALSE_POSITIVE_MOST,
        100 * HonestyBound.FALSE_NEGATIVE_MOST,
        tableWeight(3),
        tableWeight(7));
    measured.ifPresent(errors -> {
      page.add("");
      page.add("%s", verdict(errors));
    });
  }

  private static double leastFound(MeasuredErrors errors) {
    return errors.cheatsRejected().values().stream()
        .mapToDouble(Estimate::mean)
        .min()
        .orElseThrow();
  }

  private static double tableWeight(int committee) {
    return SimulationSettings.tableWeight(committee);
  }

  private void errorRow(String name, double falsePositive, double falseNegative) {
    page.add(
        "| %s | %.2f %% | %.2f %% | %.1fc | %.1fc |",
        name,
        100 * falsePositive,
        100 * falseNegative,
        weight(3, falsePositive, falseNegative),
        weight(7, falsePositive, falseNegative));
  }

  private static double weight(int committee, double falsePositive, double falseNegative) {
    return HonestyBound.reference(committee, HonestyBound.BYZANTINE_MOST)
        .withErrors(falsePositive, falseNegative)
        .weight();
  }

  /** Whether w of the table holds at the upper ends too, and by how much honesty wins there. */
  private static String verdict(MeasuredErrors errors) {
    StringBuilder verdict = new StringBuilder();
    for (int m : new int[] {3, 7}) {
      double asked = weight(m, errors.falsePositiveMost(), errors.falseNegativeMost());
      double table = tableWeight(m);
      double honest =
          HonestyBound.reference(m, HonestyBound.BYZANTINE_MOST)
              .withErrors(errors.falsePositiveMost(), errors.falseNegativeMost())
              .honest(table);
      verdict.append(
          Cells.line(
              "m = %d: the upper ends ask for %.1fc, the table has %.1fc%s, and there honest checking is"
                  + " worth %.2fc more than staying away, where g = 1c is wanted. ",
              m, asked, table, table < asked ? ", which is too small" : "", honest));
    }
    return verdict
        .append("Where it is too small, only more pairs or a larger w make the margin certain.")
        .toString();
  }
}
