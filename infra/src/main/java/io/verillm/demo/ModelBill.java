package io.verillm.demo;

import io.verillm.gpu.task.ModelTime;
import java.util.List;
import java.util.Locale;

/**
 * Model time of a run, in seconds, by what it was spent on.
 *
 * @param generate tasks that turned out to be an author's
 * @param handover authors reading what another has written: generating, and a check as well
 * @param verify tasks that turned out to be a checker's, decoding ahead included
 * @param rest tasks that were given up
 * @param checks tasks of committees
 * @param handovers tasks of authors that went on from another's text
 */
public record ModelBill(
    double generate, double handover, double verify, double rest, int checks, int handovers) {
  static ModelBill of(ModelTime.Seconds time, int checks, int handovers) {
    return new ModelBill(
        time.generating(), time.handover(), time.checking(), time.rest(), checks, handovers);
  }

  /** The bill as lines for people. */
  List<String> lines() {
    return new Aligned()
        .row("generating", seconds(generate), "")
        .row("reading at a hand-over", seconds(handover), ratio(handover))
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
