package io.verillm.protocol.sim;

import java.util.function.IntPredicate;

/**
 * Chances of who sits on committees, so that claims about rates are bounds that follow from the
 * parameters. Seats are drawn without replacement from everybody but the author and, in round 2,
 * those of round 1; all have the same stake but for a ten thousandth.
 *
 * @param workers all workers
 * @param seats seats of round 1; round 2 has one more than twice as many
 */
record Seats(int workers, int seats) {
  /** Chance that a claim fails by the draws alone, for each claim. */
  static final double ERROR = 1e-6;

  /** Covers the stakes' differences. */
  private static final double SLACK = 1.001;

  int secondRound() {
    return 2 * seats + 1;
  }

  /** Votes that decide a round of so many seats. */
  static int twoThirds(int seats) {
    return (2 * seats + 2) / 3;
  }

  /** Attackers in round 2 that leave fewer than two thirds to the others. */
  int blocking() {
    return secondRound() - twoThirds(secondRound()) + 1;
  }

  /** Attackers in round 2 that decide alone. */
  int deciding() {
    return twoThirds(secondRound());
  }

  /**
   * Chance that the numbers of attackers in both rounds are such.
   *
   * @param attackers among all but the author
   */
  double chance(int attackers, IntPredicate first, IntPredicate second) {
    double chance = 0;
    for (int k = 0; k <= seats; k++) {
      for (int j = 0; first.test(k) && j <= secondRound(); j++) {
        if (second.test(j)) {
          chance +=
              drawn(workers - 1, attackers, seats, k)
                  * drawn(workers - 1 - seats, attackers - k, secondRound(), j);
        }
      }
    }
    return chance;
  }

  /** Hypergeometric: chance of exactly {@code hits} of {@code marked} in so many draws of all. */
  static double drawn(int all, int marked, int draws, int hits) {
    return choose(marked, hits) * choose(all - marked, draws - hits) / choose(all, draws);
  }

  private static double choose(int n, int k) {
    if (k < 0 || k > n) {
      return 0;
    }
    double ways = 1;
    for (int i = 1; i <= k; i++) {
      ways = ways * (n - k + i) / i;
    }
    return ways;
  }

  /** The smallest number that a binomial exceeds with a chance of at most {@link #ERROR}. */
  static long most(long trials, double chance) {
    double p = Math.min(1, chance * SLACK);
    if (p == 1) {
      return trials;
    }
    // In logarithms: a chance of none at all may be too small for a double.
    double exactly = trials * Math.log1p(-p);
    double upTo = Math.exp(exactly);
    long hits = 0;
    while (hits < trials && 1 - upTo > ERROR) {
      exactly += Math.log((trials - hits) / (hits + 1.0) * p / (1 - p));
      upTo += Math.exp(exactly);
      hits++;
    }
    return hits;
  }
}
