package io.verillm.connect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Settings of the sink and of its worker as Terraform's module {@code analytics} has them. */
final class SinkSettings {
  private static final Path MODULE = Path.of("../../terraform/modules/analytics/main.tf");
  private static final Pattern CONNECTOR =
      Pattern.compile("connector_configuration = merge\\((.*?)\\n  \\)", Pattern.DOTALL);
  private static final Pattern WORKER =
      Pattern.compile("worker_configuration = \\{(.*?)\\n  }", Pattern.DOTALL);
  private static final Pattern SETTING =
      Pattern.compile("^ +\"([^\"]+)\" *= (.*)$", Pattern.MULTILINE);

  /** Without anything that Terraform puts in. */
  private static final Pattern TEXT = Pattern.compile("^\"((?:[^\"$]|\\$(?!\\{))*)\"$");

  private SinkSettings() {}

  /** The sink's settings; a value stays an expression where it is more than a text. */
  static Map<String, String> ofConnector() throws IOException {
    return read(CONNECTOR);
  }

  /** The settings of the worker that runs it. */
  static Map<String, String> ofWorker() throws IOException {
    return read(WORKER);
  }

  private static Map<String, String> read(Pattern wanted) throws IOException {
    Matcher block = wanted.matcher(Files.readString(MODULE));
    if (!block.find()) {
      throw new IOException("nothing like " + wanted + " in " + MODULE);
    }
    Map<String, String> settings = new HashMap<>();
    Matcher setting = SETTING.matcher(block.group(1));
    while (setting.find()) {
      settings.put(setting.group(1), TEXT.matcher(setting.group(2)).replaceFirst("$1"));
    }
    return settings;
  }
}
