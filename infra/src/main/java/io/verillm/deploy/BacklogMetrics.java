package io.verillm.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.streams.coordinator.Backlog;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Prints what waits for workers, a line for each model in CloudWatch's embedded metric format: who
 * runs a pool that may rest starts and stops it by these figures. Each process of the coordinator
 * tells those of its own shards; the largest counts.
 */
public final class BacklogMetrics implements AutoCloseable {
  /** The namespace, which alarms name too. */
  static final String NAMESPACE = "VeriLLM";

  private static final Duration EVERY = Duration.ofSeconds(15);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Backlog backlog;
  private final BooleanSupplier taking;
  private final String log;
  private final Map<String, Set<Hash>> models;
  private final Clock clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("metrics").factory());

  BacklogMetrics(
      Backlog backlog,
      BooleanSupplier taking,
      String log,
      Map<String, Set<Hash>> models,
      Clock clock) {
    this.backlog = backlog;
    this.taking = taking;
    this.log = log;
    this.models = new TreeMap<>(models);
    this.clock = clock;
  }

  /**
   * Begins to print.
   *
   * @param taking whether shards are being taken over, which may not be in the backlog yet
   * @param log the coordinator's key in hex: one account may hold several logs
   * @param models ids by names: one that was measured again is another under the same name
   */
  public static BacklogMetrics start(
      Backlog backlog,
      BooleanSupplier taking,
      String log,
      Map<String, Set<Hash>> models,
      PrintStream out) {
    BacklogMetrics metrics = new BacklogMetrics(backlog, taking, log, models, Clock.systemUTC());
    metrics.thread.scheduleWithFixedDelay(
        () -> metrics.print(out), 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return metrics;
  }

  /** Nothing from a process without shards: its zeros would say that no work is left. */
  void print(PrintStream out) {
    if (backlog.isKnown() || unknown() > 0) {
      models.keySet().forEach(model -> out.println(line(model)));
    }
  }

  /** Shards that nobody speaks for yet; those that are restored are counted as one. */
  private int unknown() {
    return Math.max(backlog.unknown(), taking.getAsBoolean() ? 1 : 0);
  }

  /** One event in the embedded metric format. */
  String line(String model) {
    Backlog.Figures figures =
        models.get(model).stream()
            .map(backlog::of)
            .reduce(Backlog.Figures.NONE, Backlog.Figures::plus);
    ObjectNode line = JSON.createObjectNode();
    ObjectNode about = line.putObject("_aws");
    about.put("Timestamp", clock.millis());
    ObjectNode directive = about.putArray("CloudWatchMetrics").addObject();
    directive.put("Namespace", NAMESPACE);
    directive.putArray("Dimensions").addArray().add("Log").add("Model");
    ArrayNode metrics = directive.putArray("Metrics");
    line.put("Log", log);
    line.put("Model", model);
    metric(metrics, line, "WaitingRequests", "Count", figures.waiting());
    metric(metrics, line, "OldestWaitSeconds", "Seconds", seconds(figures.oldestTicks()));
    metric(metrics, line, "OpenRequests", "Count", figures.open());
    metric(metrics, line, "OwingWorkers", "Count", figures.owing());
    metric(metrics, line, "UnknownShards", "Count", unknown());
    // Only one that decides knows the parameters: an older or no word is no 0.
    backlog
        .waitTicks()
        .ifPresent(ticks -> metric(metrics, line, "WorkerWaitSeconds", "Seconds", seconds(ticks)));
    return line.toString();
  }

  private static long seconds(long ticks) {
    return ticks * ClosedEpoch.TICK_MILLIS / 1_000;
  }

  private static void metric(
      ArrayNode metrics, ObjectNode line, String name, String unit, long value) {
    metrics.addObject().put("Name", name).put("Unit", unit);
    line.put(name, value);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
