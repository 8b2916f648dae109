package io.verillm.protocol.sim;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How tables write numbers. */
final class Cells {
  /** Below this a chance is a rounding error of the sum. */
  private static final double NOTHING = 1e-12;

  private Cells() {}

  static String line(String line, Object... values) {
    return String.format(Locale.ROOT, line, values);
  }

  /** No minus before nothing. */
  static double unsigned(double value) {
    return Math.abs(value) < 0.05 ? 0 : value;
  }

  static String chance(double value) {
    return value < NOTHING ? "0" : String.format(Locale.ROOT, "%.2g", value);
  }

  static String interval(Estimate e) {
    if (e.count() == 0) {
      return "-";
    }
    if (Double.isInfinite(e.most())) {
      return String.format(Locale.ROOT, "%.2f (too few)", e.mean());
    }
    return e.hasInterval()
        ? String.format(Locale.ROOT, "%.2f [%.2f, %.2f]", e.mean(), e.low(), e.high())
        : String.format(Locale.ROOT, "%.2f", e.mean());
  }

  /** How many deviations are shown to lose; of the others what each gained for one task. */
  static String deviations(SimulationReport report) {
    List<SimulationReport.Deviation> open = report.notShownToLose();
    int all = report.deviations().size();
    String shown =
        String.format(Locale.ROOT, "%d of %d deviations are shown to lose", all - open.size(), all);
    return open.isEmpty()
        ? shown
        : open.stream()
            .map(d -> line("%s as %s, %s c", d.name(), d.role(), interval(d.gain())))
            .collect(Collectors.joining("; ", shown + "; not shown: ", ""));
  }

  /** A sum over a whole run. */
  static String amount(Estimate e) {
    return e.hasInterval()
        ? String.format(Locale.ROOT, "%+,.0f [%+,.0f, %+,.0f]", e.mean(), e.low(), e.high())
        : String.format(Locale.ROOT, "%+,.0f", e.mean());
  }

  /** A gain, or that there was none to measure. */
  static String gain(Estimate e) {
    return e.count() == 0 ? "had no task" : interval(e);
  }

  /** Kinds of slashes with how often they came, behind a share. */
  static String losses(Map<String, Long> losses) {
    return losses.isEmpty()
        ? ""
        : losses.entrySet().stream()
            .map(loss -> loss.getKey() + " " + loss.getValue())
            .collect(Collectors.joining(", ", " (", ")"));
  }

  /** Honest work that was slashed, and for what. */
  static String slashed(SimulationReport report) {
    return share(report.falseSlashes()) + losses(report.losses());
  }

  /** How large cases were. */
  static String extent(Extent extent) {
    return String.format(Locale.ROOT, "%.0f, %,d", extent.mean(), extent.partTwos());
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
