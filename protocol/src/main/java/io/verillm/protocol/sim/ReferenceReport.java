package io.verillm.protocol.sim;

import io.verillm.protocol.money.HonestyBound;
import io.verillm.protocol.sim.SignalCrowd.Strategy;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the {@link SignalGame} has shown. Its verdicts are right by assumption, so nobody is accused
 * falsely and every BAD flag is found.
 *
 * @param settings committee, money, flags and cases
 * @param bound the formula's view of the same game
 * @param payoffs in c for one check, by strategy
 * @param casesPerSecond cases per second of processor time
 */
public record ReferenceReport(
    SimulationSettings settings,
    HonestyBound bound,
    SortedMap<String, Estimate> payoffs,
    double casesPerSecond) {

  /** Plays the game of these settings. */
  public static ReferenceReport of(SimulationSettings settings, HonestyBound bound) {
    long began = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Map<Strategy, Estimate> played =
        SignalGame.play(bound, settings.money().weight(), settings.cases(), settings.seed());
    long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - began;
    SortedMap<String, Estimate> payoffs = new TreeMap<>();
    played.forEach((strategy, estimate) -> payoffs.put(label(strategy), estimate));
    return new ReferenceReport(settings, bound, payoffs, settings.cases() / (nanos / 1e9));
  }

  private static String label(Strategy strategy) {
    return strategy.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What the best strategy gains on the honest one, in c for one check. */
  public double bestDeviationGain() {
    double honest = payoffs.get(label(Strategy.HONEST)).mean();
    double best = Double.NEGATIVE_INFINITY;
    for (Map.Entry<String, Estimate> entry : payoffs.entrySet()) {
      if (!entry.getKey().equals(label(Strategy.HONEST))
          && !entry.getKey().equals(label(Strategy.BYZANTINE))) {
        best = Math.max(best, entry.getValue().mean());
      }
    }
    return best - honest;
  }

  /** The report for people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "signals alone: %,d cases with seed %d, m = %d, w = %.1fc, %.1f %% Byzantine",
            settings.cases(),
            settings.seed(),
            settings.committee(),
            settings.money().weight(),
            100 * settings.crowd().byzantine()));
    payoffs.forEach((name, e) ->
        lines.add(
            String.format(
                Locale.ROOT,
                "  %-14s %7.2fc [%.2f, %.2f]  formula %s",
                name,
                e.mean(),
                e.low(),
                e.high(),
                formula(name))));
    lines.add(
        String.format(
            Locale.ROOT,
            "best deviation: %+.2fc for one check; the formula asks for w = %.1fc",
            bestDeviationGain(),
            bound.weight()));
    return lines;
  }

  private String formula(String name) {
    double w = settings.money().weight();
    return switch (Strategy.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'))) {
      case HONEST ->
          "%s, %s in this crowd"
              .formatted(number(bound.honest(w)), number(new SignalCrowd(bound).expectedHonest(w)));
      case ALWAYS_ACCEPT -> number(bound.alwaysAccept());
      case ALWAYS_REJECT -> number(bound.alwaysReject());
      case RANDOM -> number(bound.random());
      case INVERSE -> number(bound.inverse(w));
      case BYZANTINE -> "-";
    };
  }

  private static String number(double c) {
    return String.format(Locale.ROOT, "%.2fc", c);
  }
}
