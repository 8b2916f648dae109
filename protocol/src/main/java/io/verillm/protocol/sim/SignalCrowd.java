package io.verillm.protocol.sim;

import io.verillm.protocol.money.HonestyBound;
import java.util.SplittableRandom;

/**
 * Who plays the game of signals, and how each gives them.
 *
 * @param bound error rates and share of Byzantine workers
 */
record SignalCrowd(HonestyBound bound) {
  /** Enough that one worker more or less changes no majority. */
  static final int WORKERS = 240;

  private static final int DEVIATORS = 3;

  /** Ways to deviate that are played. */
  private static final int DEVIATIONS = 4;

  /** How a signal is given. */
  enum Strategy {
    HONEST(1),
    BYZANTINE(1),
    ALWAYS_ACCEPT(0),
    ALWAYS_REJECT(0),
    RANDOM(0),
    INVERSE(1);

    private final double cost;

    Strategy(double cost) {
      this.cost = cost;
    }

    /** What giving it costs, in c. */
    double cost() {
      return cost;
    }
  }

  /** What a worker does. */
  Strategy strategy(int worker) {
    int deviator = (WORKERS - 1 - worker) / DEVIATORS;
    int byzantine = (int) Math.round(bound.byzantine() * WORKERS);
    if (worker < byzantine) {
      return Strategy.BYZANTINE;
    }
    return deviator < DEVIATIONS
        ? Strategy.values()[Strategy.ALWAYS_ACCEPT.ordinal() + deviator]
        : Strategy.HONEST;
  }

  /** The signal of one check. */
  boolean rejects(Strategy strategy, boolean bad, SplittableRandom random) {
    double error = bad ? bound.falseNegative() : bound.falsePositive();
    boolean honest = bad != (random.nextDouble() < error);
    return switch (strategy) {
      case HONEST -> honest;
      case BYZANTINE -> !bad;
      case ALWAYS_ACCEPT -> false;
      case ALWAYS_REJECT -> true;
      case RANDOM -> random.nextBoolean();
      case INVERSE -> !honest;
    };
  }

  /**
   * What the formula gives an honest checker in the very crowd of {@link SignalGame#play},
   * deviators included.
   *
   * @return c for one check
   */
  double expectedHonest(double weight) {
    return bound.honestAmong(weight, meanOf(true), meanOf(false));
  }

  /** Chance that somebody else than an honest worker rejects. */
  private double meanOf(boolean bad) {
    double sum = 0;
    for (int i = 0; i < WORKERS; i++) {
      sum += chance(strategy(i), bad);
    }
    return (sum - chance(Strategy.HONEST, bad)) / (WORKERS - 1);
  }

  private double chance(Strategy strategy, boolean bad) {
    double honest = bad ? 1 - bound.falseNegative() : bound.falsePositive();
    return switch (strategy) {
      case HONEST -> honest;
      case BYZANTINE -> bad ? 0 : 1;
      case ALWAYS_ACCEPT -> 0;
      case ALWAYS_REJECT -> 1;
      case RANDOM -> 0.5;
      case INVERSE -> 1 - honest;
    };
  }
}
