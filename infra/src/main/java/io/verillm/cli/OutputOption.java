package io.verillm.cli;

import picocli.CommandLine.Option;

/** {@code --output}: whether a result is told to people or to scripts. */
final class OutputOption {
  private enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = "--output",
      defaultValue = "text",
      description = "text, or json: one object on one line.")
  private Format format = Format.TEXT;

  OutputOption() {}

  boolean json() {
    return format == Format.JSON;
  }
}
