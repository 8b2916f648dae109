package io.verillm.cli;

import io.verillm.topics.Catalogue;
import picocli.CommandLine.Option;

/** {@code --shards}: the catalogue of a deployment. */
final class ShardsOption {
  @Option(
      names = "--shards",
      paramLabel = "N",
      defaultValue = "" + Catalogue.LOCAL_SHARDS,
      description =
          "Shards, and so partitions of request topics, of the whole deployment (default:"
              + " ${DEFAULT-VALUE}).")
  private int shards;

  ShardsOption() {}

  Catalogue catalogue() {
    try {
      return Catalogue.of(shards);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }
}
