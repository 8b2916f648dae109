package io.verillm.protocol.sim;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What each kind of computation looks like to an honest checker, read from a file: bands of row
 * distances and token margins, each with its source.
 */
public final class Distributions {
  private static final String BUILT_IN = "distributions-v1.csv";
  private static final int COLUMNS = 5;

  private final Map<String, Band> bands;

  /**
   * A band of one statistic.
   *
   * @param low smallest value
   * @param high largest value
   * @param source who measured or assumed it
   */
  public record Band(long low, long high, String source) {
    /** Refuses bands that hold nothing. */
    public Band {
      if (low < 0 || high < low) {
        throw new IllegalArgumentException("no band from %d to %d".formatted(low, high));
      }
    }

    /** A value of the band, log-uniform, for a number in [0, 1). */
    long at(double share) {
      double logarithm = Math.log1p(low) + share * (Math.log1p(high) - Math.log1p(low));
      return Math.min(high, Math.max(low, Math.round(Math.expm1(logarithm))));
    }
  }

  private Distributions(Map<String, Band> bands) {
    this.bands = Map.copyOf(bands);
  }

  /** The distributions that come with this build. */
  public static Distributions builtIn() {
    try (InputStream in = Distributions.class.getResourceAsStream(BUILT_IN)) {
      if (in == null) {
        throw new IllegalStateException(BUILT_IN + " is not in this build");
      }
      return read(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + BUILT_IN, e);
    }
  }

  /**
   * Reads a file of lines {@code class,statistic,low,high,source}.
   *
   * @throws IllegalArgumentException for a line that is none
   */
  public static Distributions read(InputStream file) throws IOException {
    Map<String, Band> bands = new HashMap<>();
    BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] columns = line.split(",", COLUMNS);
      if (columns.length < COLUMNS) {
        throw new IllegalArgumentException("not a distribution: " + line);
      }
      bands.put(
          columns[0] + "/" + columns[1],
          new Band(Long.parseLong(columns[2]), Long.parseLong(columns[3]), columns[4]));
    }
    return new Distributions(bands);
  }

  /** The band of one statistic of one class, if the file has it. */
  Optional<Band> find(String name, String statistic) {
    return Optional.ofNullable(bands.get(name + "/" + statistic));
  }

  /**
   * The band of one statistic of one class.
   *
   * @throws IllegalArgumentException if the file has none
   */
  Band band(String name, String statistic) {
    return find(name, statistic)
        .orElseThrow(() ->
            new IllegalArgumentException("no distribution of %s of %s".formatted(statistic, name)));
  }
}
