package io.verillm.cli;

import io.verillm.protocol.money.HonestyBound;
import io.verillm.protocol.sim.InvariantViolation;
import io.verillm.protocol.sim.LogAttacks;
import io.verillm.protocol.sim.ReferenceReport;
import io.verillm.protocol.sim.Simulation;
import io.verillm.protocol.sim.SimulationReport;
import io.verillm.protocol.sim.SimulationSettings;
import io.verillm.protocol.sim.SimulationText;
import io.verillm.protocol.sim.adversary.Gallery;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code simulate}: many cases with adversaries, in virtual time. */
@Command(
    name = "simulate",
    description =
        "Runs the deciding code against adversaries in virtual time and prints what each behaviour"
            + " earns; exit status 1 if an invariant breaks or a deviation gains.")
final class SimulateCommand implements Callable<Integer> {
  private static final int PERCENT = 100;
  private static final int COMMITTEE_MIN = 3;
  private static final int REFERENCE_COMMITTEE = 7;
  private static final double REFERENCE_WEIGHT = 33.6;
  private static final double REFERENCE_SHARE = 0.3;
  private static final double DEVIATING = 0.25;

  @Spec private CommandSpec spec;

  @Mixin private OutputOption output = new OutputOption();

  @Option(names = "--seed", defaultValue = "1", description = "Seed; equal seeds, equal runs.")
  private long seed;

  @Option(names = "--cases", defaultValue = "2000", description = "Requests to simulate.")
  private int cases;

  @Option(names = "--committee", paramLabel = "M", description = "Checkers of round 1; odd.")
  private @Nullable Integer committee;

  @Option(names = "--w", paramLabel = "C", description = "Weight of peer prediction in checks.")
  private @Nullable Double weight;

  @Option(names = "--fee", paramLabel = "C", description = "Flat fee in checks.")
  private @Nullable Double fee;

  @Option(
      names = "--byzantine",
      paramLabel = "SHARE",
      description = "Share of workers that vote against the truth.")
  private @Nullable Double byzantine;

  @Option(
      names = "--adversary",
      paramLabel = "NAME=SHARE",
      description = "Share of workers that behave so; may be repeated. Without it: one of each.")
  private Map<String, Double> adversaries = new LinkedHashMap<>();

  @Option(
      names = "--flags",
      paramLabel = "BAD,GOOD",
      split = ",",
      arity = "1",
      description = "Percentages of planted requests.")
  private @Nullable List<Double> flags;

  @Option(
      names = "--handovers",
      paramLabel = "N",
      defaultValue = "1",
      description = "How often an answer is handed over to another author; 0 to 3.")
  private int handovers;

  @Option(
      names = "--reference",
      description =
          "The game that w is computed for, where votes are signals: m = 7, no fee, w = 33.6, flags"
              + " 5,2, 30 %% Byzantine, unless other options say otherwise.")
  private boolean reference;

  @Option(
      names = "--tables",
      paramLabel = "DIR",
      description = "Write the page of all tables, economics.md, to this folder and nothing else.")
  private @Nullable Path tables;

  @Option(
      names = "--measured",
      paramLabel = "FILE",
      description = "For --tables: report.json of model calibrate --report, for w from its errors.")
  private @Nullable Path measured;

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      description =
          "Play each deviation for itself, a tenth of the workers and flags 5,2, and write what it"
              + " showed to this folder, where it is not there yet.")
  private @Nullable Path longRuns;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Runs of --tables and --runs at a time, each on one core; the processors' number if not given.")
  private @Nullable Integer threads;

  SimulateCommand() {}

  @Override
  public Integer call() {
    try {
      refuseWhatWouldBeIgnored();
      if (writesFiles()) {
        return writeFiles();
      }
      return reference ? playReference() : simulate();
    } catch (InvariantViolation violation) {
      if (output.json() && !writesFiles()) {
        spec.commandLine()
            .getOut()
            .println(SimulationJson.broken(settings(), violation.step(), violation.getMessage()));
      }
      throw CommandFailure.bad("an invariant broke: " + violation.getMessage());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }

  private boolean writesFiles() {
    return tables != null || longRuns != null;
  }

  /** An option that would change nothing is a mistake, so it is told. */
  private void refuseWhatWouldBeIgnored() {
    if (writesFiles()) {
      refuse(
          tables == null ? "--runs" : "--tables",
          "--committee",
          "--w",
          "--fee",
          "--byzantine",
          "--adversary",
          "--flags",
          "--handovers",
          "--reference",
          "--output");
    } else {
      refuse("a run without --tables or --runs", "--threads");
    }
    if (tables == null) {
      refuse("a run without --tables", "--measured");
    }
    if (reference) {
      refuse("--reference", "--adversary", "--handovers", "--fee");
    }
    List<String> named =
        parsed("--adversary")
            ? spec.commandLine()
                .getParseResult()
                .matchedOption("--adversary")
                .originalStringValues()
            : List.of();
    if (named.size() > adversaries.size()) {
      throw new IllegalArgumentException("--adversary names somebody twice: " + named);
    }
  }

  private void refuse(String by, String... options) {
    for (String option : options) {
      if (parsed(option)) {
        throw new IllegalArgumentException(by + " takes no " + option);
      }
    }
  }

  private boolean parsed(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private int simulate() {
    SimulationReport report = Simulation.run(settings());
    SortedMap<String, LogAttacks.Result> log = LogAttacks.tried(seed);
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(SimulationJson.of(report, log));
    } else {
      SimulationText.lines(report).forEach(out::println);
      out.println();
      log.forEach((name, result) ->
          out.printf(
              Locale.ROOT,
              "%-28s %s: %s%n",
              name,
              result.ending().name().toLowerCase(Locale.ROOT).replace('_', ' '),
              result.how()));
    }
    boolean sound = log.values().stream().noneMatch(r -> r.ending() == LogAttacks.Ending.NOT_FOUND);
    return sound && report.bestDeviationGain() <= 0 ? ExitCode.OK : ExitCode.BAD;
  }

  private int playReference() {
    SimulationSettings settings = settings();
    if (settings.badFlags() == 0) {
      throw new IllegalArgumentException(
          "--flags cannot be %s with --reference: without a bad case no w is large enough"
              .formatted(flags));
    }
    HonestyBound bound =
        HonestyBound.reference(settings.committee(), settings.byzantine())
            .withFlags(settings.badFlags(), settings.goodFlags());
    ReferenceReport report = ReferenceReport.of(settings, bound);
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(SimulationJson.of(report));
    } else {
      report.lines().forEach(out::println);
    }
    return report.bestDeviationGain() < 0 ? ExitCode.OK : ExitCode.BAD;
  }

  private int writeFiles() {
    int runs = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (runs < 1) {
      throw new IllegalArgumentException("--threads cannot be " + runs);
    }
    EconomicsFiles files = new EconomicsFiles(seed, cases, runs);
    try {
      if (longRuns != null) {
        files.writeRuns(longRuns).forEach(spec.commandLine().getOut()::println);
      }
      if (tables != null) {
        files.writePage(tables, measured);
      }
    } catch (IOException e) {
      throw CommandFailure.unreachable("cannot read or write files: " + e.getMessage());
    }
    return ExitCode.OK;
  }

  private SimulationSettings settings() {
    int m = committee == null ? (reference ? REFERENCE_COMMITTEE : 3) : committee;
    if (m < COMMITTEE_MIN) {
      throw new IllegalArgumentException("--committee cannot be " + m + ", but 3, 5 to 21");
    }
    SimulationSettings base = SimulationSettings.of(seed, cases, m);
    double w = reference ? REFERENCE_WEIGHT : base.weight();
    double flat = reference ? 0 : base.fee();
    List<Double> planted =
        flags == null ? (reference ? List.of(5.0, 2.0) : List.of(0.0, 0.0)) : flags;
    if (planted.size() != 2
        || planted.stream().anyMatch(percent -> percent < 0)
        || planted.getFirst() + planted.getLast() > PERCENT) {
      throw new IllegalArgumentException(
          "--flags takes BAD,GOOD, percentages of 100 together at most, not " + planted);
    }
    double share = byzantine == null ? (reference ? REFERENCE_SHARE : 0) : byzantine;
    return base.withMoney(weight == null ? w : weight, fee == null ? flat : fee)
        .withFlags(planted.getFirst() / PERCENT, planted.getLast() / PERCENT)
        .withHandovers(handovers)
        .with(share, adversaries(share));
  }

  /** Without any adversary named, a quarter of the workers deviates, each in its own way. */
  private Map<String, Double> adversaries(double share) {
    if (reference || !adversaries.isEmpty() || share > 0) {
      return adversaries;
    }
    Map<String, Double> all = new TreeMap<>();
    int count = Gallery.all().size();
    Gallery.all().keySet().forEach(name -> all.put(name, DEVIATING / count));
    return all;
  }
}
