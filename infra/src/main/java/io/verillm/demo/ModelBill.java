package io.verillm.demo;

import java.util.List;
import java.util.Locale;

/**
 * Model time of a run, in seconds, by what it was spent on.
 *
 * @param generate authors: prefill and decode of what they were told to write
 * @param verify checkers: their prefills
 * @param rest decoding ahead that nobody used, and warming up
 */
public record ModelBill(double generate, double verify, double rest) {
  /** The bill as lines for people. */
  List<String> lines() {
    return new Aligned()
        .row("generating", seconds(generate), "")
        .row("checking", seconds(verify), ratio(verify))
        .row("the rest", seconds(rest), ratio(rest))
        .lines(1);
  }

  private String ratio(double part) {
    return generate == 0
        ? ""
        : String.format(Locale.ROOT, "%.0f %% of generating", 100 * part / generate);
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.2f s", value);
  }
}
