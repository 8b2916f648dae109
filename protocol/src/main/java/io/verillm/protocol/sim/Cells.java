package io.verillm.protocol.sim;

import java.util.Locale;

/** How tables write numbers. */
final class Cells {
  /** Below this a chance is a rounding error of the sum. */
  private static final double NOTHING = 1e-12;

  private Cells() {}

  static String line(String line, Object... values) {
    return String.format(Locale.ROOT, line, values);
  }

  static String chance(double value) {
    return value < NOTHING ? "0" : String.format(Locale.ROOT, "%.2g", value);
  }

  static String interval(Estimate e) {
    return e.count() == 0
        ? "-"
        : String.format(Locale.ROOT, "%.2f [%.2f, %.2f]", e.mean(), e.low(), e.high());
  }

  static String share(Estimate e) {
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
