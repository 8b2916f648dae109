package io.verillm.protocol.money;

import java.math.BigInteger;
import java.util.List;

/**
 * Peer prediction over the cases of one worker (protocol, section 11; the paper's v1): a worker is
 * paid for the covariance of its votes with the majority of the others, so that a vote that does
 * not depend on the case earns exactly nothing.
 */
public final class PeerPrediction {
  private PeerPrediction() {}

  /**
   * One scored case.
   *
   * @param reject own vote
   * @param doubledMajority Y = 2y of the others, see {@link #doubledMajority}
   */
  public record ScoredCase(boolean reject, int doubledMajority) {}

  /** Y = 2y: 2 where most of the others reject, 0 where most accept, 1 on a tie. */
  public static int doubledMajority(int otherRejects, int otherAccepts) {
    return 1 + Integer.signum(otherRejects - otherAccepts);
  }

  /**
   * {@code floorDiv(w * sum_t sigma_t (n Y_t - sum Y), 2 (n-1))} with sigma = +1 for REJECT, -1 for
   * ACCEPT; 0 for fewer than two cases.
   *
   * @param weight w in units
   * @param cases the n scored cases, in any order
   * @return units to pay, negative to collect
   * @throws ArithmeticException where the result does not fit a long
   */
  public static long payment(long weight, List<ScoredCase> cases) {
    int n = cases.size();
    if (n < MoneyLimits.PAID_CASES_MIN) {
      return 0;
    }
    long sumY = cases.stream().mapToLong(ScoredCase::doubledMajority).sum();
    long covariance = 0;
    for (ScoredCase scored : cases) {
      long deviation = (long) n * scored.doubledMajority() - sumY;
      covariance = Math.addExact(covariance, scored.reject() ? deviation : -deviation);
    }
    BigInteger numerator = BigInteger.valueOf(weight).multiply(BigInteger.valueOf(covariance));
    return floorDiv(numerator, BigInteger.valueOf(2L * (n - 1))).longValueExact();
  }

  /**
   * A positive payment scaled down pro rata, rounded down: {@code payment * available / claimed}.
   *
   * @param available what can be paid in all, at most {@code claimed}
   * @param claimed sum of all positive payments
   */
  static long scaled(long payment, long available, long claimed) {
    return BigInteger.valueOf(payment)
        .multiply(BigInteger.valueOf(available))
        .divide(BigInteger.valueOf(claimed))
        .longValueExact();
  }

  private static BigInteger floorDiv(BigInteger numerator, BigInteger divisor) {
    BigInteger[] parts = numerator.divideAndRemainder(divisor);
    return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }
}
