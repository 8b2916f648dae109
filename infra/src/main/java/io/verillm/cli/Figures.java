package io.verillm.cli;

import io.verillm.gpu.bench.Spread;
import java.util.Locale;

/** Figures as the tables of benchmarks show them. */
final class Figures {
  static final double PERCENT = 100;

  private Figures() {}

  /** A median with the smallest and the largest, each times a factor. */
  static String spread(Spread spread, double factor, int decimals) {
    return "%s (%s..%s)"
        .formatted(
            number(factor * spread.median(), decimals),
            number(factor * spread.low(), decimals),
            number(factor * spread.high(), decimals));
  }

  static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
