package io.verillm.demo;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Shows on stderr how far the requests have come. */
public sealed interface ProgressView extends AutoCloseable {
  /** Shows the numbers of now. */
  void show(RunTally tally);

  @Override
  void close();

  /**
   * The view that fits.
   *
   * @param requests how many will be posted
   * @param terminal whether somebody looks at a terminal
   */
  static ProgressView of(int requests, boolean terminal) {
    return terminal ? new Bar(requests) : new Lines();
  }

  private static String counts(RunTally tally) {
    return Arrays.stream(Stage.values())
        .map(stage -> stage + " " + tally.count(stage))
        .collect(Collectors.joining(", "));
  }

  /** A bar beside the counts; it fills with each stage that tells which request came so far. */
  final class Bar implements ProgressView {
    private static final Set<Stage> OF_A_REQUEST =
        EnumSet.of(Stage.QUEUED, Stage.CHALLENGED, Stage.DECIDED);
    private static final int WIDTH_MIN = 5;
    private static final int WIDTH_MAX = 40;

    private final ProgressBar bar;

    Bar(int requests) {
      bar =
          new ProgressBarBuilder()
              .setInitialMax((long) requests * OF_A_REQUEST.size())
              .setRenderer((state, width) ->
                  line(state.getNormalizedProgress(), state.getExtraMessage(), width))
              .setUpdateIntervalMillis(200)
              .build();
    }

    @Override
    public void show(RunTally tally) {
      bar.stepTo(OF_A_REQUEST.stream().mapToLong(tally::count).sum());
      bar.setExtraMessage(counts(tally));
    }

    /**
     * The counts are what people read, so the bar has what they leave of the line.
     *
     * @param done 0 to 1
     * @param width most columns
     */
    static String line(double done, String counts, int width) {
      int room = Math.clamp(width - counts.length() - 4, WIDTH_MIN, WIDTH_MAX);
      int full = (int) Math.round(room * Math.clamp(done, 0, 1));
      return "[" + "=".repeat(full) + " ".repeat(room - full) + "] " + counts;
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  /** One line whenever a number has changed. */
  final class Lines implements ProgressView {
    private String last = "";

    @Override
    public void show(RunTally tally) {
      String now = counts(tally);
      if (!now.equals(last)) {
        System.err.println(now);
        last = now;
      }
    }

    @Override
    public void close() {}
  }
}
