package io.verillm.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** Formats a broker's directory once; a later start finds the same cluster in it. */
final class LogDirectory {
  private LogDirectory() {}

  static Path in(Path dataDir) {
    return dataDir.toAbsolutePath().normalize().resolve("kafka");
  }

  /**
   * The directory of logs under {@code dataDir}, formatted.
   *
   * @throws IOException if it cannot be written or holds something else
   */
  static Path formatted(Path dataDir) throws IOException {
    Path logs = in(dataDir);
    Files.createDirectories(logs);
    if (!Files.exists(logs.resolve("meta.properties"))) {
      format(logs);
    }
    return logs;
  }

  private static void format(Path logs) throws IOException {
    try (PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(silent)
          .setNodeId(BrokerSettings.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .addDirectory(logs.toString())
          .setMetadataLogDirectory(logs.toString())
          .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setFeatureLevel("transaction.version", (short) 2)
          .setFeatureLevel("group.version", (short) 1)
          .setFeatureLevel("share.version", (short) 1)
          .setFeatureLevel("streams.version", (short) 1)
          .setIgnoreFormatted(false)
          .run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot format " + logs, e);
    }
  }
}
