package io.verillm.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.verillm.protocol.sim.EconomicsTables;
import io.verillm.protocol.sim.Estimate;
import io.verillm.protocol.sim.HonestRuns;
import io.verillm.protocol.sim.LongRun;
import io.verillm.protocol.sim.MeasuredErrors;
import io.verillm.protocol.sim.adversary.Gallery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the simulation leaves in the documentation: its page of tables, and long runs. */
final class EconomicsFiles {
  /** Share of the workers that deviate in a long run. */
  private static final double SHARE = 0.1;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final long seed;
  private final int cases;
  private final int threads;
  private final HonestRuns honestRuns = new HonestRuns();

  /**
   * Files of one command.
   *
   * @param threads runs at a time, each on one core
   */
  EconomicsFiles(long seed, int cases, int threads) {
    this.seed = seed;
    this.cases = cases;
    this.threads = threads;
  }

  /** Writes {@code economics.md}; long runs are those in the folder {@code runs} beside it. */
  void writePage(Path folder, @Nullable Path measured) throws IOException {
    Optional<MeasuredErrors> errors =
        measured == null ? Optional.empty() : Optional.of(errors(measured));
    Files.write(
        Files.createDirectories(folder).resolve("economics.md"),
        side(
                EconomicsTables.page(
                    seed, cases, today(), machine(), errors, longRuns(folder.resolve("runs"))))
            .stream()
            .flatMap(List::stream)
            .toList());
  }

  /**
   * Plays each of these deviations for itself that has no file yet.
   *
   * @return a line for each file, whether it was kept or written
   * @throws IllegalArgumentException if there is no such deviation, or a file is there that another
   *     command made
   */
  List<String> writeRuns(Path folder, Collection<String> names) throws IOException {
    requireKnown(names);
    Files.createDirectories(folder);
    List<Supplier<String>> parts = new ArrayList<>();
    for (String name : names) {
      Path file = folder.resolve(name + ".json");
      if (Files.notExists(file)) {
        parts.add(() -> "written " + write(file, name));
        continue;
      }
      LongRun kept = JSON.readValue(file.toFile(), LongRun.class);
      if (!kept.command().equals(command(name))) {
        throw new IllegalArgumentException(
            "%s was made by `%s`, not by `%s`".formatted(file, kept.command(), command(name)));
      }
      parts.add(() -> "kept " + file + " of " + kept.when());
    }
    return side(parts);
  }

  /** Says of each of these deviations whether it has a file, and how many have; plays none. */
  List<String> listRuns(Path folder, Collection<String> names) throws IOException {
    requireKnown(names);
    List<String> told = new ArrayList<>();
    int there = 0;
    for (String name : names) {
      Path file = folder.resolve(name + ".json");
      if (Files.notExists(file)) {
        told.add("missing " + name);
        continue;
      }
      LongRun kept = JSON.readValue(file.toFile(), LongRun.class);
      if (kept.command().equals(command(name))) {
        there++;
        told.add("there   %s of %s".formatted(name, kept.when()));
      } else {
        told.add("other   %s of %s, by `%s`".formatted(name, kept.when(), kept.command()));
      }
    }
    told.add("%d of %d %s there".formatted(there, names.size(), there == 1 ? "is" : "are"));
    return told;
  }

  private static void requireKnown(Collection<String> names) {
    for (String name : names) {
      if (!Gallery.all().containsKey(name)) {
        throw new IllegalArgumentException("nobody deviates by the name of '" + name + "'");
      }
    }
  }

  private String command(String name) {
    return String.format(
        Locale.ROOT,
        "./verillm simulate --adversary %s=%s --flags 5,2 --w %s --seed %d --cases %d",
        name,
        SHARE,
        LongRun.tableWeight(),
        seed,
        cases);
  }

  private Path write(Path file, String name) {
    LongRun run =
        LongRun.play(
            name,
            SHARE,
            seed,
            cases,
            honestRuns,
            new LongRun.Made(command(name), today(), machine()));
    try {
      Path part =
          Files.writeString(
              file.resolveSibling(name + ".part"), JSON.writeValueAsString(run) + "\n");
      return Files.move(part, file);
    } catch (IOException e) {
      throw CommandFailure.unreachable("cannot write " + file + ": " + e.getMessage());
    }
  }

  /** Makes parts side by side; behind one that fails none begins. */
  private <T> List<T> side(List<Supplier<T>> parts) {
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      CompletionService<T> done = new ExecutorCompletionService<>(executor);
      List<Future<T>> made = parts.stream().map(part -> done.submit(part::get)).toList();
      try {
        for (int i = 0; i < made.size(); i++) {
          done.take().get();
        }
        return made.stream().map(Future::resultNow).toList();
      } catch (ExecutionException e) {
        executor.shutdownNow();
        // A broken invariant is told as such.
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        executor.shutdownNow();
        Thread.currentThread().interrupt();
        throw CommandFailure.unreachable("interrupted before everything was made");
      }
    }
  }

  private static List<LongRun> longRuns(Path folder) throws IOException {
    List<LongRun> runs = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
          runs.add(JSON.readValue(file.toFile(), LongRun.class));
        }
      }
    }
    return runs;
  }

  /** What the report of {@code model calibrate --report} counted. */
  static MeasuredErrors errors(Path report) throws IOException {
    JsonNode root = JSON.readTree(report.toFile());
    TreeMap<String, Estimate> cheats = new TreeMap<>();
    Estimate honest = Estimate.NONE;
    for (JsonNode kind : root.path("kinds")) {
      if (kind.path("kind").asText().equals("honest")) {
        honest = estimate(kind, "rejectedLast", report);
      } else {
        cheats.put(kind.path("kind").asText(), estimate(kind, "rejectedLast", report));
      }
    }
    JsonNode limits = root.path("calibration");
    String calibration = limits.path("model").asText() + " of " + limits.path("measured").asText();
    return new MeasuredErrors(report.toString(), calibration, honest, cheats);
  }

  private static Estimate estimate(JsonNode kind, String name, Path report) throws IOException {
    if (!kind.path(name).isObject()) {
      throw new IllegalArgumentException(
          "%s is no report of model calibrate: no '%s' of kind '%s'"
              .formatted(report, name, kind.path("kind").asText()));
    }
    return JSON.treeToValue(kind.path(name), Estimate.class);
  }

  private static String today() {
    return LocalDate.now(ZoneOffset.UTC).toString();
  }

  private static String machine() {
    return "%s, %d processors, Java %s"
        .formatted(
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("java.version"));
  }
}
