package io.verillm.gpu.worker;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether an engine comes back: a task that is in hand for longer than it may take is not
 * going to end, and each one that is drawn meanwhile costs its stake. So the worker says that it
 * takes none, until the task ends after all.
 */
final class TaskWatch implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(TaskWatch.class);
  private static final int EVERY_SECONDS = 1;

  private final Supplier<Optional<Duration>> longest;
  private final Supplier<Duration> most;
  private final Consumer<Boolean> ready;
  private boolean stuck;

  /**
   * A watch over tasks, none of which is stuck yet.
   *
   * @param longest how long the oldest task has been in hand
   * @param most how long one may be
   * @param ready says whether tasks are taken
   */
  TaskWatch(
      Supplier<Optional<Duration>> longest, Supplier<Duration> most, Consumer<Boolean> ready) {
    this.longest = longest;
    this.most = most;
    this.ready = ready;
  }

  /** How long a task is in hand that does not come back; empty where none is. */
  Optional<Duration> stuckFor() {
    return longest.get().filter(age -> age.compareTo(most.get()) > 0);
  }

  /** Looks every second until it is interrupted. */
  @Override
  public void run() {
    try {
      while (true) {
        look();
        TimeUnit.SECONDS.sleep(EVERY_SECONDS);
      }
    } catch (InterruptedException stopped) {
      // Nobody waits for this thread.
    }
  }

  /** Looks once; says what has changed. */
  void look() {
    Optional<Duration> age = stuckFor();
    if (age.isPresent() != stuck) {
      stuck = age.isPresent();
      age.ifPresentOrElse(
          it ->
              LOG.atError()
                  .addKeyValue("minutes", it.toMinutes())
                  .log("a task does not end: no more are taken"),
          () -> LOG.atInfo().log("the task has ended: others are taken again"));
      ready.accept(!stuck);
    }
  }
}
