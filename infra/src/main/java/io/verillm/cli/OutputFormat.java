package io.verillm.cli;

/** {@code --output} of commands that tell a result to people or to scripts. */
enum OutputFormat {
  TEXT,
  JSON
}
