package io.verillm.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version line, from what the build wrote into the jar. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    Properties build = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      build.load(in);
    }
    String java = Runtime.version().toString();
    return new String[] {
      "verillm " + build.get("version") + " (Kafka " + build.get("kafka") + ", Java " + java + ")"
    };
  }
}
