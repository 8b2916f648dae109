package io.verillm.demo;

import io.verillm.gpu.task.ModelTime;
import java.util.List;
import java.util.Locale;

/**
 * What a run cost, in seconds, by what it was spent on.
 *
 * @param generate model time of tasks that turned out to be an author's
 * @param handover model time of authors reading what another has written: generating, and a check
 *     as well
 * @param verify model time of tasks that turned out to be a checker's, decoding ahead included
 * @param abandoned model time of tasks that were given up
 * @param other processor time of the whole process beyond its model time, from the first request to
 *     the last verdict: broker, apps, signatures, hashing, and the JVM's own
 * @param checks tasks of committees
 * @param handovers tasks of authors that went on from another's text
 */
public record ModelBill(
    double generate,
    double handover,
    double verify,
    double abandoned,
    double other,
    int checks,
    int handovers) {
  static ModelBill of(ModelTime.Seconds time, double cpuSeconds, int checks, int handovers) {
    double model = time.generating() + time.handover() + time.checking() + time.rest();
    return new ModelBill(
        time.generating(),
        time.handover(),
        time.checking(),
        time.rest(),
        Math.max(0, cpuSeconds - model),
        checks,
        handovers);
  }

  /** The bill as lines for people. */
  List<String> lines() {
    Aligned table = new Aligned();
    table.row("generating", seconds(generate), "");
    table.row("reading at a hand-over", seconds(handover), ratio(handover));
    table.row("checking", seconds(verify), ratio(verify));
    if (abandoned > 0) {
      table.row("tasks given up", seconds(abandoned), ratio(abandoned));
    }
    table.row("all else", seconds(other), ratio(other));
    return table.lines(1);
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
