package io.verillm.cli;

import io.verillm.protocol.sim.InvariantViolation;
import io.verillm.protocol.sim.Simulation;
import io.verillm.protocol.sim.SimulationReport;
import io.verillm.protocol.sim.SimulationSettings;
import io.verillm.protocol.sim.adversary.Gallery;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

  @Spec private CommandSpec spec;

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
      defaultValue = "0",
      description = "Share of workers that vote against the truth.")
  private double byzantine;

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
      names = "--output",
      defaultValue = "text",
      description = "text, or json: one object on one line.")
  private OutputFormat output = OutputFormat.TEXT;

  SimulateCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try {
      SimulationReport report = Simulation.run(settings());
      out.println(report);
      return report.bestDeviationGain() < 0 ? ExitCode.OK : ExitCode.BAD;
    } catch (InvariantViolation violation) {
      out.println(violation.getMessage());
      return ExitCode.BAD;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }

  private SimulationSettings settings() {
    int m = committee == null ? 3 : committee;
    Map<String, Double> named = new TreeMap<>(adversaries);
    if (named.isEmpty() && byzantine == 0) {
      Gallery.all().keySet().forEach(name -> named.put(name, 1e-9));
    }
    SimulationSettings base = SimulationSettings.of(seed, cases, m);
    List<Double> planted = flags == null ? List.of(0.0, 0.0) : flags;
    return base.withMoney(weight == null ? base.weight() : weight, fee == null ? base.fee() : fee)
        .withFlags(planted.getFirst() / PERCENT, planted.getLast() / PERCENT)
        .with(byzantine, named);
  }
}
