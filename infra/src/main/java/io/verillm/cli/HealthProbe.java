package io.verillm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * The health check of a container without a shell: exit status 0 if the process beside it said a
 * moment ago that it is well. It starts a Java of its own every half minute, so it loads nothing
 * else.
 */
public final class HealthProbe {
  static final String WELL = "well";

  /** Longer than a full collection of garbage takes, and far more than the beats' distance. */
  private static final Duration SILENCE_MAX = Duration.ofMinutes(1);

  private HealthProbe() {}

  /** Takes the file of {@link Heartbeat}; says on stdout what is wrong. */
  public static void main(String[] args) {
    String fault = fault(Path.of(args[0]), Instant.now());
    if (!fault.isEmpty()) {
      System.out.println(fault);
      Runtime.getRuntime().halt(1);
    }
  }

  /** What is wrong; empty for nothing. */
  static String fault(Path file, Instant now) {
    try {
      Duration silence = Duration.between(Files.getLastModifiedTime(file).toInstant(), now);
      if (silence.compareTo(SILENCE_MAX) > 0) {
        return "silent for " + silence.toSeconds() + " s";
      }
      String said = Files.readString(file);
      return said.equals(WELL) ? "" : said.isEmpty() ? "nothing said" : said;
    } catch (IOException e) {
      return "nothing said: " + e;
    }
  }
}
