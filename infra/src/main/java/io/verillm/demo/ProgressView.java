package io.verillm.demo;

import java.util.Arrays;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

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

  /** A bar that fills by one step for every stage that a request reaches. */
  final class Bar implements ProgressView {
    private final ProgressBar bar;

    Bar(int requests) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("requests")
              .setInitialMax((long) requests * Stage.values().length)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .hideEta()
              .build();
    }

    @Override
    public void show(RunTally tally) {
      bar.stepTo(Arrays.stream(Stage.values()).mapToLong(tally::count).sum());
      bar.setExtraMessage(counts(tally));
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
