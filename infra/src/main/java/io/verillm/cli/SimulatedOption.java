package io.verillm.cli;

import io.verillm.protocol.sim.SimulationSettings;
import io.verillm.protocol.sim.SimulationSettings.Crowd;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who takes part in a simulation, and by which rules. */
final class SimulatedOption {
  private static final int PERCENT = 100;
  private static final int COMMITTEE_MIN = 3;
  private static final int REFERENCE_COMMITTEE = 7;
  private static final double REFERENCE_WEIGHT = 33.6;
  private static final double REFERENCE_SHARE = 0.3;

  @Option(names = "--committee", paramLabel = "M", description = "Checkers of round 1; odd.")
  private @Nullable Integer committee;

  @Option(names = "--w", paramLabel = "C", description = "Weight of peer prediction in checks.")
  private @Nullable Double weight;

  @Option(names = "--fee", paramLabel = "C", description = "Flat fee in checks.")
  private @Nullable Double fee;

  @Option(
      names = "--stake",
      paramLabel = "C",
      description =
          "Stake that each worker brings in, in checks; so much that it never ends, if not given.")
  private @Nullable Double stake;

  @Option(
      names = "--funding",
      paramLabel = "C",
      description =
          "What the treasury begins with, in checks; so much that it never ends, if not given.")
  private @Nullable Double funding;

  @Option(
      names = "--byzantine",
      paramLabel = "SHARE",
      description =
          "Share of workers that vote against the truth; 0 without --adversary plays nobody.")
  private @Nullable Double byzantine;

  @Option(
      names = "--adversary",
      paramLabel = "NAME=SHARE",
      description =
          "Share of workers that behave so; may be repeated. Without it and without --byzantine: all"
              + " that there are.")
  private Map<String, Double> adversaries = new LinkedHashMap<>();

  @Option(
      names = "--flags",
      paramLabel = "BAD,GOOD",
      split = ",",
      arity = "1",
      description =
          "Percentages of planted requests; 5,2 if not given where all that there are behave so, or"
              + " with --reference, else 0,0.")
  private @Nullable List<Double> flags;

  @Option(
      names = "--handovers",
      paramLabel = "N",
      defaultValue = "1",
      description = "How often an answer is handed over to another author; 0 to 3.")
  private int handovers;

  @Option(
      names = "--outliers",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description =
          "Percentage of honest computations that nobody else can follow; the calibration has met none.")
  private double outliers;

  /** How many behaviours were named. */
  int named() {
    return adversaries.size();
  }

  /** As given; null if not. */
  @Nullable List<Double> flags() {
    return flags;
  }

  /**
   * What was asked for.
   *
   * @param reference whether what was not said is the reference point's
   * @throws IllegalArgumentException if it cannot be
   */
  SimulationSettings settings(long seed, int cases, boolean reference) {
    int m = committee == null ? (reference ? REFERENCE_COMMITTEE : 3) : committee;
    if (m < COMMITTEE_MIN) {
      throw new IllegalArgumentException("--committee cannot be " + m + ", but 3, 5 to 21");
    }
    SimulationSettings base = SimulationSettings.of(seed, cases, m);
    double w = reference ? REFERENCE_WEIGHT : base.money().weight();
    double flat = reference ? 0 : base.money().fee();
    boolean everybody = !reference && byzantine == null && adversaries.isEmpty();
    List<Double> planted =
        flags == null ? (reference || everybody ? List.of(5.0, 2.0) : List.of(0.0, 0.0)) : flags;
    if (planted.size() != 2
        || planted.stream().anyMatch(percent -> percent < 0)
        || planted.getFirst() + planted.getLast() > PERCENT) {
      throw new IllegalArgumentException(
          "--flags takes BAD,GOOD, percentages of 100 together at most, not " + planted);
    }
    double share = byzantine == null ? (reference ? REFERENCE_SHARE : 0) : byzantine;
    return base.withMoney(weight == null ? w : weight, fee == null ? flat : fee)
        .withHoldings(
            stake == null ? base.money().stake() : stake,
            funding == null ? base.money().funding() : funding)
        .withFlags(planted.getFirst() / PERCENT, planted.getLast() / PERCENT)
        .withHandovers(handovers)
        .withOutliers(outliers / PERCENT)
        .with(share, everybody ? Crowd.everybody() : adversaries);
  }
}
