package io.verillm.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --state}: where a Streams app keeps its locks and checkpoints. */
final class StateOption {
  @Option(
      names = "--state",
      paramLabel = "DIR",
      defaultValue = "${sys:java.io.tmpdir}/verillm-state",
      description =
          "Folder of this process' Streams state; restored from the cluster where it is gone"
              + " (default: ${DEFAULT-VALUE}).")
  private Path folder = Path.of("");

  StateOption() {}

  Path folder() {
    return folder;
  }
}
