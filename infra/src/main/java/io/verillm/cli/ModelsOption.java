package io.verillm.cli;

import io.verillm.models.ModelStore;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --models}: where imported models are kept. */
final class ModelsOption {
  @Option(
      names = "--models",
      paramLabel = "DIR",
      defaultValue = "${sys:user.home}/.verillm/models",
      description = "Folder of imported models (default: ${DEFAULT-VALUE}).")
  private Path folder = Path.of("");

  ModelsOption() {}

  ModelStore store() {
    return new ModelStore(folder);
  }
}
