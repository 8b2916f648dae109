package io.verillm.cli;

import com.sun.management.OperatingSystemMXBean;
import io.verillm.gpu.store.EvidenceStore;
import io.verillm.models.ModelConfig;
import io.verillm.protocol.trace.TraceShape;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --sessions}: how many tasks a worker computes at once. */
final class SessionsOption {
  static final int MOST = 32;

  /** Of the machine's memory; the rest is the system's, other programs' and files' pages. */
  private static final double MEMORY_SHARE = 0.5;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      description =
          "Most tasks that hold model memory at once (default: as many of the model's longest"
              + " requests as half of the machine's memory and the room for evidence hold, 1 to 32).")
  private @Nullable Integer sessions;

  SessionsOption() {}

  /**
   * How many.
   *
   * @param config of the model
   * @param shape of its traces
   * @param positionLimit most positions of a task
   * @param evidenceBytes room for evidence
   */
  int count(ModelConfig config, TraceShape shape, int positionLimit, long evidenceBytes) {
    if (sessions == null) {
      return fitting(memoryBytes(), config, shape, positionLimit, evidenceBytes);
    }
    if (sessions < 1) {
      throw CommandFailure.usage("--sessions must be at least 1, not " + sessions);
    }
    return sessions;
  }

  private static long memoryBytes() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
        ? machine.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }

  /** A run holds a sequence's cache as it was and as it becomes, and the task its trace. */
  static int fitting(
      long memoryBytes,
      ModelConfig config,
      TraceShape shape,
      int positionLimit,
      long evidenceBytes) {
    double weights = (double) Float.BYTES * config.parameters();
    double task = (double) positionLimit * (2 * config.cacheBytes() + shape.positionBytes());
    double held = (MEMORY_SHARE * memoryBytes - weights) / task;
    double kept = (double) evidenceBytes / EvidenceStore.taskBytesMax(shape, positionLimit);
    return (int) Math.clamp(Math.floor(Math.min(held, kept)), 1, MOST);
  }
}
