package io.verillm.connect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka Connect of MSK Connect's version in a process of its own, whose classes are Kafka's alone:
 * the rest is the plugin's.
 */
final class Connect implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Connect.class);

  private static final Path CLASSPATH = Path.of("connect", "target", "classpath");

  private final Process process;
  private final Path log;

  private Connect(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static Connect start(Path directory, Map<String, String> worker, Map<String, String> connector)
      throws IOException {
    Path log = directory.resolve("connect.log");
    Path java = java();
    LOG.info("Kafka Connect runs on {}", java);
    ProcessBuilder builder =
        new ProcessBuilder(
                java.toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Files.readString(CLASSPATH).strip(),
                "-Dlog4j.configuration="
                    + Path.of("src/test/resources/connect-log4j.properties").toUri(),
                "org.apache.kafka.connect.cli.ConnectStandalone",
                file(directory.resolve("worker.properties"), worker).toString(),
                file(directory.resolve("connector.properties"), connector).toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_REGION", Tables.REGION,
                "AWS_ACCESS_KEY_ID", Tables.NAME,
                "AWS_SECRET_ACCESS_KEY", Tables.PASSWORD));
    return new Connect(builder.start(), log);
  }

  /**
   * That of MSK Connect, 17, where this machine has it; else the one of this process, which Kafka
   * Connect runs on as well.
   */
  private static Path java() throws IOException {
    Path installed = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(installed)) {
      try (Stream<Path> homes = Files.list(installed)) {
        Optional<Path> java =
            homes
                .filter(
                    home -> home.getFileName().toString().matches("(java|temurin)-(1\\.)?17\\b.*"))
                .map(home -> home.resolve("bin/java"))
                .filter(Files::isExecutable)
                .findFirst();
        if (java.isPresent()) {
          return java.get();
        }
      }
    }
    LOG.warn("no Java 17 in {}, which MSK Connect runs plugins on", installed);
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private static Path file(Path path, Map<String, String> settings) throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings);
    try (var out = Files.newOutputStream(path)) {
      properties.store(out, null);
    }
    return path;
  }

  /** Whether it has ended, or its task has: Connect outlives that. */
  boolean hasFailed() throws IOException {
    return !process.isAlive() || said().contains("Task is being killed");
  }

  /** What it logged. */
  String said() throws IOException {
    return Files.readString(log);
  }

  /** SIGKILL, and waits for the end. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
