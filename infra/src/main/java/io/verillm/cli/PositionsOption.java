package io.verillm.cli;

import io.verillm.deploy.ServedModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --positions}: how long a request may become, where a model is registered. */
final class PositionsOption {
  private static final int LEAST = 2;

  @Option(
      names = "--positions",
      paramLabel = "N",
      description =
          "Most tokens of a request, prompt and answer together, for each of these models; what"
              + " workers reserve follows from it (default: the model's whole context). Holds for"
              + " good.")
  private @Nullable Integer positions;

  PositionsOption() {}

  /** The model as it is offered. */
  ServedModel of(ServedModel model) {
    if (positions == null) {
      return model;
    }
    if (positions < LEAST) {
      throw CommandFailure.usage(
          "--positions must be at least %d, not %d".formatted(LEAST, positions));
    }
    return model.within(positions);
  }
}
