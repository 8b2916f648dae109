package io.verillm.protocol.money;

/**
 * What one check is worth to each kind of checker, in multiples of c, without fees (protocol,
 * section 11). Nothing here decides money: the ledger pays w; this says how large w must be.
 *
 * <p>Each of the m - 1 others is Byzantine with the same probability, independently, and then
 * always votes against the truth: the worst that it can do to an honest worker.
 *
 * @param checkers m
 * @param byzantine share of Byzantine workers
 * @param falsePositive fp, an honest check rejects a good case
 * @param falseNegative fn, an honest check accepts a bad case
 * @param badCases pi, share of bad cases, flags included
 * @param badFlags f_bad, share of BAD flags
 * @param goodFlags f_good, share of GOOD flags
 * @param slashBadFlag S_bad in c
 * @param slashGoodFlag S_good in c
 * @param margin g, by how much honesty must win, in c
 */
public record HonestyBound(
    int checkers,
    double byzantine,
    double falsePositive,
    double falseNegative,
    double badCases,
    double badFlags,
    double goodFlags,
    double slashBadFlag,
    double slashGoodFlag,
    double margin) {

  /**
   * fp at most: upper end of the 95 % interval in docs/calibration/report.json, 0 of 10,000 honest
   * pairs of the built-in model, rounded up.
   */
  public static final double FALSE_POSITIVE_MOST = 0.0004;

  /**
   * fn at most: upper end for the cheat of which least is certain in the same report, 13 of 961
   * pairs of {@code cheap-then-prefill}, rounded up.
   */
  public static final double FALSE_NEGATIVE_MOST = 0.0231;

  /** Share of Byzantine workers among whom honesty is still to be strictly best. */
  public static final double BYZANTINE_MOST = 1.0 / 3;

  /** Cost of a check in c. */
  private static final double CHECK = 1;

  /**
   * Flags 5 % bad and 2 % good, no natural cheating, g = c, and checks that err as the paper
   * reports of its own policy.
   */
  public static HonestyBound reference(int checkers, double byzantine) {
    return new HonestyBound(checkers, byzantine, 0.019, 0.0015, 0.05, 0.05, 0.02, 100, 100, 1);
  }

  /**
   * What w of the parameter table rests on: a third Byzantine, the reference's flags and margin,
   * and checks that err as often as was measured at most.
   */
  public static HonestyBound measured(int checkers) {
    return reference(checkers, BYZANTINE_MOST).withErrors(FALSE_POSITIVE_MOST, FALSE_NEGATIVE_MOST);
  }

  /** The same with other flags, and no other bad cases. */
  public HonestyBound withFlags(double bad, double good) {
    return new HonestyBound(
        checkers,
        byzantine,
        falsePositive,
        falseNegative,
        bad,
        bad,
        good,
        slashBadFlag,
        slashGoodFlag,
        margin);
  }

  /** The same with checks that err so often. */
  public HonestyBound withErrors(double positive, double negative) {
    return new HonestyBound(
        checkers,
        byzantine,
        positive,
        negative,
        badCases,
        badFlags,
        goodFlags,
        slashBadFlag,
        slashGoodFlag,
        margin);
  }

  /** Least w in c with which honest checking is strictly best by the margin. */
  public double weight() {
    return (margin + CHECK + honestFlagLoss()) / (2 * covariance());
  }

  /** The same, rounded up to a whole c as the parameter table is. */
  public long wholeWeight() {
    return (long) Math.ceil(weight());
  }

  /** {@code cov = pi(1-pi) q q_ref}. */
  public double covariance() {
    return badCases * (1 - badCases) * discernment() * referenceDiscernment();
  }

  /** Gain of an honest checker per case in c. */
  public double honest(double weight) {
    return 2 * weight * covariance() - CHECK - honestFlagLoss();
  }

  /**
   * Gain of an honest checker per case in c, in a crowd that is not of two kinds only.
   *
   * @param rejectsBad chance that another member rejects a bad case
   * @param rejectsGood chance that another member rejects a good case
   */
  public double honestAmong(double weight, double rejectsBad, double rejectsGood) {
    double reference = expectedMajority(rejectsBad) - expectedMajority(rejectsGood);
    double covariance = badCases * (1 - badCases) * discernment() * reference;
    return 2 * weight * covariance - CHECK - honestFlagLoss();
  }

  /** Gain of one that accepts everything unseen. */
  public double alwaysAccept() {
    return -badFlags * slashBadFlag;
  }

  /** Gain of one that rejects everything unseen. */
  public double alwaysReject() {
    return -goodFlags * slashGoodFlag;
  }

  /** Gain of one that tosses a coin. */
  public double random() {
    return (alwaysAccept() + alwaysReject()) / 2;
  }

  /** Gain of one that checks and votes the opposite. */
  public double inverse(double weight) {
    return -2 * weight * covariance()
        - CHECK
        - badFlags * (1 - falseNegative) * slashBadFlag
        - goodFlags * (1 - falsePositive) * slashGoodFlag;
  }

  private double honestFlagLoss() {
    return badFlags * falseNegative * slashBadFlag + goodFlags * falsePositive * slashGoodFlag;
  }

  /** q. */
  private double discernment() {
    return 1 - falsePositive - falseNegative;
  }

  /** {@code q_ref = E[y|bad] - E[y|good]}. */
  private double referenceDiscernment() {
    double rejectsBad = (1 - byzantine) * (1 - falseNegative);
    double rejectsGood = byzantine + (1 - byzantine) * falsePositive;
    return expectedMajority(rejectsBad) - expectedMajority(rejectsGood);
  }

  /** E[y] where each of the m - 1 others rejects with this probability. */
  private double expectedMajority(double reject) {
    int others = checkers - 1;
    double expected = 0;
    double ways = 1;
    for (int rejects = 0; rejects <= others; rejects++) {
      double probability =
          ways * Math.pow(reject, rejects) * Math.pow(1 - reject, others - rejects);
      expected += probability * PeerPrediction.doubledMajority(rejects, others - rejects) / 2;
      ways = ways * (others - rejects) / (rejects + 1);
    }
    return expected;
  }
}
