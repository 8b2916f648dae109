package io.verillm.cli;

import io.verillm.deploy.TurningLoops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in a file, every few seconds, whether this process gets on with its work, for a {@link
 * HealthProbe} beside it. Nothing is written where no file is named.
 */
final class Heartbeat implements AutoCloseable {
  /** System property with the file's name; images set it. */
  static final String FILE = "verillm.health";

  /** System property with the longest time between two polls of a consumer, in seconds. */
  static final String SILENCE = "verillm.health.silence";

  /** Kafka's own default for members of a group. */
  private static final long SILENCE_SECONDS_MAX = 300;

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final Duration EVERY = Duration.ofSeconds(5);

  private static volatile Supplier<Optional<String>> work = Optional::empty;
  private static volatile Takeover takeover = new Takeover(() -> false, InstantSource.system());

  private final Path file;
  private final TurningLoops loops;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("heartbeat").factory());
  private Optional<String> told = Optional.empty();

  Heartbeat(Path file, TurningLoops loops, Duration every) {
    this.file = file;
    this.loops = loops;
    thread.scheduleWithFixedDelay(this::beat, 0, every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Starts where a file is named; to be called once, before a command runs. */
  static void install() {
    Duration silence = Duration.ofSeconds(Long.getLong(SILENCE, SILENCE_SECONDS_MAX));
    Optional.ofNullable(System.getProperty(FILE))
        .ifPresent(
            file -> new Heartbeat(Path.of(file), TurningLoops.ofThisProcess(silence), EVERY));
  }

  /**
   * From now on the process is well only if this says so too.
   *
   * @param fault what is wrong, if anything
   */
  static void watch(Supplier<Optional<String>> fault) {
    work = fault;
  }

  /**
   * As long as this says so the process rebuilds what it knows, and its loops may stand still, for
   * as long as a {@link Takeover} may take.
   */
  static void spare(BooleanSupplier whileStarting) {
    takeover = new Takeover(whileStarting, InstantSource.system());
  }

  private void beat() {
    Optional<String> fault = takeover.fault(loops.fault()).or(work);
    if (!fault.equals(told)) {
      told = fault;
      fault.ifPresentOrElse(
          it -> LOG.atError().log("not well: {}", it), () -> LOG.atInfo().log("well again"));
    }
    try {
      Files.writeString(file, fault.orElse(HealthProbe.WELL));
    } catch (IOException e) {
      LOG.atWarn().log("cannot say whether it is well: {}", e.toString());
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
