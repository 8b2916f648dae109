package io.verillm.connect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sink's settings as Terraform's module {@code analytics} has them. */
final class SinkSettings {
  private static final Path MODULE = Path.of("../../terraform/modules/analytics/main.tf");
  private static final Pattern BLOCK =
      Pattern.compile("connector_configuration = merge\\((.*?)\\n  \\)", Pattern.DOTALL);
  private static final Pattern SETTING =
      Pattern.compile("^ +\"([a-z$.A-Z-]+)\" *= (.*)$", Pattern.MULTILINE);

  /** Without anything that Terraform puts in. */
  private static final Pattern TEXT = Pattern.compile("^\"((?:[^\"$]|\\$(?!\\{))*)\"$");

  private SinkSettings() {}

  /** Each setting with its value, which stays an expression where it is more than a text. */
  static Map<String, String> ofTerraform() throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(MODULE));
    if (!block.find()) {
      throw new IOException("no connector_configuration in " + MODULE);
    }
    Map<String, String> settings = new HashMap<>();
    Matcher setting = SETTING.matcher(block.group(1));
    while (setting.find()) {
      settings.put(setting.group(1), TEXT.matcher(setting.group(2)).replaceFirst("$1"));
    }
    return settings;
  }
}
