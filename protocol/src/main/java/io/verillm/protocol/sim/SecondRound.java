package io.verillm.protocol.sim;

/**
 * How a second round ends if every seat falls to the dishonest with the same chance.
 *
 * @param wrong chance that two thirds of the seats decide wrongly
 * @param inconclusive chance that neither side has two thirds
 */
record SecondRound(double wrong, double inconclusive) {

  static SecondRound of(int seats, double share) {
    int needed = (2 * seats + 2) / 3;
    double wrong = 0;
    double right = 0;
    // Chances multiply up from zero dishonest seats: C(n, k) p^k (1-p)^(n-k).
    double chance = Math.pow(1 - share, seats);
    for (int dishonest = 0; dishonest <= seats; dishonest++) {
      if (dishonest >= needed) {
        wrong += chance;
      }
      if (seats - dishonest >= needed) {
        right += chance;
      }
      chance *= (seats - dishonest) / (dishonest + 1.0) * share / (1 - share);
    }
    return new SecondRound(wrong, Math.max(0, 1 - wrong - right));
  }
}
