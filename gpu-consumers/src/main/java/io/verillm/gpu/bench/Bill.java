package io.verillm.gpu.bench;

import io.verillm.protocol.check.CaseLimits;
import io.verillm.protocol.money.HonestyBound;
import java.util.List;
import java.util.function.Function;

/**
 * What a request costs beside its generation, each as a share of that.
 *
 * @param checks of three checkers, who read prompt and output
 * @param ahead tokens that checkers decode before they are told to stop
 * @param handover one reading of the prompt and half of the output by a second author
 * @param flags a request's part of those that are planted and then generated and checked too
 * @param total of the four
 */
public record Bill(Spread checks, Spread ahead, Spread handover, Spread flags, Spread total) {
  /** Planted requests for each other one, by the reference of the weights. */
  private static final double FLAGS = flags(HonestyBound.reference(BenchPlan.CHECKERS, 0));

  private static double flags(HonestyBound reference) {
    double planted = reference.badFlags() + reference.goodFlags();
    return planted / (1 - planted);
  }

  /**
   * What one repeat took, in seconds.
   *
   * @param generate one text
   * @param token one decoded token of it
   * @param verify one check
   * @param handover one reading of prompt and half of the output
   */
  record Times(double generate, double token, double verify, double handover) {
    private double checks() {
      return BenchPlan.CHECKERS * verify / generate;
    }

    private double ahead() {
      return BenchPlan.CHECKERS * CaseLimits.AHEAD * token / generate;
    }

    private double read() {
      return handover / generate;
    }

    private double flags() {
      return FLAGS * (1 + checks() + ahead() + read());
    }
  }

  static <T> Bill of(List<T> repeats, Function<T, Times> times) {
    List<Times> all = repeats.stream().map(times).toList();
    return new Bill(
        Spread.of(all, Times::checks),
        Spread.of(all, Times::ahead),
        Spread.of(all, Times::read),
        Spread.of(all, Times::flags),
        Spread.of(all, one -> one.checks() + one.ahead() + one.read() + one.flags()));
  }
}
