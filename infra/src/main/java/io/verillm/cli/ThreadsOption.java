package io.verillm.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --threads} of a program that has the machine to itself. */
final class ThreadsOption {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads inside the model (default: as many as processors).")
  private @Nullable Integer threads;

  ThreadsOption() {}

  int threads() {
    return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
  }
}
