package io.verillm.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What workers planted in a run.
 *
 * @param rows requests that turned out to be flags
 * @param duties how often a worker proved what it owed in a shard for a time
 * @param missed how often one lost a bond for what it owed
 */
record FlagReport(List<FlagRow> rows, int duties, int missed) {
  FlagReport {
    rows = List.copyOf(rows);
  }

  static FlagReport of(RunTally tally) {
    return new FlagReport(tally.flags(), tally.duties(), tally.missedDuties());
  }

  /** Lines for people; none where nobody planted anything. */
  List<String> lines() {
    if (rows.isEmpty() && duties == 0 && missed == 0) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "flags: %d more requests, planted by workers whose duty it was, and opened at their end;"
                + " %d duties proved, %d missed",
            rows.size(),
            duties,
            missed));
    rows.forEach(row -> lines.add("  " + row.line()));
    return lines;
  }
}
