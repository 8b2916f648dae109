package io.verillm.cli;

import io.verillm.protocol.money.HonestyBound;
import io.verillm.protocol.sim.Estimate;
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
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
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
            + " earns. Exit status 1 if an invariant breaks, an attack on the log is not found, or it is"
            + " not shown that every deviation loses: if the 95 %% interval of a gain reaches above 0, or"
            + " a behaviour had no task. A small run can show little; what is missing is told, and more"
            + " --cases narrow it.")
final class SimulateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private OutputOption output = new OutputOption();

  @Option(names = "--seed", defaultValue = "1", description = "Seed; equal seeds, equal runs.")
  private long seed;

  @Option(names = "--cases", defaultValue = "2000", description = "Requests to simulate.")
  private int cases;

  @Mixin private SimulatedOption what = new SimulatedOption();

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
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "For --runs: these deviations alone; all if not given.")
  private @Nullable Set<String> only;

  @Option(
      names = "--list",
      description = "For --runs: only say which of them are there and which are missing.")
  private boolean list;

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
          "--stake",
          "--funding",
          "--byzantine",
          "--adversary",
          "--flags",
          "--handovers",
          "--outliers",
          "--reference",
          "--output");
    } else {
      refuse("a run without --tables or --runs", "--threads");
    }
    if (tables == null) {
      refuse("a run without --tables", "--measured");
    }
    if (longRuns == null) {
      refuse("a run without --runs", "--only", "--list");
    }
    if (reference) {
      refuse(
          "--reference",
          "--adversary",
          "--handovers",
          "--outliers",
          "--fee",
          "--stake",
          "--funding");
    }
    List<String> named =
        parsed("--adversary")
            ? spec.commandLine()
                .getParseResult()
                .matchedOption("--adversary")
                .originalStringValues()
            : List.of();
    if (named.size() > what.named()) {
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
    boolean gains = report.bestDeviationGain() > 0;
    if (gains) {
      report.bestDeviation().ifPresent(this::tellGain);
    }
    if (!report.idle().isEmpty()) {
      spec.commandLine()
          .getErr()
          .printf(
              Locale.ROOT,
              "nothing is shown of %s: no task came their way; more --cases or --flags give some%n",
              String.join(", ", report.idle()));
    }
    boolean sound = log.values().stream().noneMatch(r -> r.ending() == LogAttacks.Ending.NOT_FOUND);
    return gains || !report.idle().isEmpty() || !sound ? ExitCode.BAD : ExitCode.OK;
  }

  private void tellGain(SimulationReport.Deviation best) {
    Estimate gain = best.gain();
    boolean shown = gain.mean() > 0 && !(gain.hasInterval() && gain.low() <= 0);
    String format =
        shown
            ? "%s gains %+.2fc for one task as %s, %4$,d counted%n"
            : "not shown that %s loses: %+.2fc for one task as %s, or %5$+.2fc, %4$,d counted;"
                + " more --cases tell%n";
    spec.commandLine()
        .getErr()
        .printf(
            Locale.ROOT, format, best.name(), gain.mean(), best.role(), gain.count(), gain.most());
  }

  private int playReference() {
    SimulationSettings settings = settings();
    if (settings.flags().bad() == 0) {
      throw new IllegalArgumentException(
          "--flags cannot be %s with --reference: without a bad case no w is large enough"
              .formatted(what.flags()));
    }
    HonestyBound bound =
        HonestyBound.reference(settings.committee(), settings.crowd().byzantine())
            .withFlags(settings.flags().bad(), settings.flags().good());
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
        Set<String> names = only == null ? Gallery.all().keySet() : only;
        (list ? files.listRuns(longRuns, names) : files.writeRuns(longRuns, names))
            .forEach(spec.commandLine().getOut()::println);
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
    return what.settings(seed, cases, reference);
  }
}
