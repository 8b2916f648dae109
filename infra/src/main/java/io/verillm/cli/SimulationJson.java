package io.verillm.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.verillm.protocol.sim.Estimate;
import io.verillm.protocol.sim.Extent;
import io.verillm.protocol.sim.LogAttacks;
import io.verillm.protocol.sim.ReferenceReport;
import io.verillm.protocol.sim.Shortfall;
import io.verillm.protocol.sim.SimulationReport;
import io.verillm.protocol.sim.SimulationReport.Payoff;
import io.verillm.protocol.sim.SimulationSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A simulation as one JSON object. Its first eleven keys are always there, null where nothing is
 * known.
 */
final class SimulationJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SimulationJson() {}

  static String of(SimulationReport report, Map<String, LogAttacks.Result> log) {
    ObjectNode object = head(report.settings(), report.casesPerSecond());
    ObjectNode payoff = object.putObject("payoff");
    report.payoffs().forEach((name, p) -> put(payoff, name, deviating(p)));
    ObjectNode detection = object.putObject("detection");
    report.detection().forEach((name, rate) -> detection.put(name, rate.mean()));
    log.forEach((name, result) -> detection.put("log:" + name, share(result.ending())));
    rate(object, "falseAccusationRate", report.falseRejections());
    double gain = report.bestDeviationGain();
    object.put("bestDeviationGain", Double.isFinite(gain) ? (Double) gain : null);
    // A run ends at the first violation, so one that has a report has none.
    object.put("violations", 0);
    report.bestDeviation().ifPresent(best -> object.put("bestDeviation", best.name()));
    ArrayNode open = object.putArray("notShownToLose");
    report.notShownToLose().forEach(deviation -> open.add(deviation.name()));
    rate(object, "honestNotAcceptedRate", report.honestNotAccepted());
    rate(object, "falseSlashRate", report.falseSlashes());
    object.set("honestLosses", JSON.valueToTree(report.losses()));
    Extent extent = report.extent();
    object
        .putObject("extent")
        .put("positions", extent.mean())
        .put("cases", extent.cases())
        .put("roomForPartTwo", extent.roomy())
        .put("partTwos", extent.partTwos());
    object.set("hadNoTask", JSON.valueToTree(report.idle()));
    ObjectNode roles = object.putObject("roles");
    report
        .payoffs()
        .forEach((name, p) -> {
          ObjectNode both = roles.putObject(name);
          put(both, "author", p.author());
          put(both, "checker", p.checker());
          put(both, "sentinel", p.sentinel());
          put(both, "all", p.all());
          put(both, "gain", p.gain());
        });
    Shortfall s = report.shortfall();
    object
        .putObject("shortfall")
        .put("locks", s.locks())
        .put("slashes", s.slashes())
        .put("pay", s.pay())
        .put("peers", s.peers())
        .put("workers", s.workers());
    return object
        .put("treasury", report.treasury().net())
        .put("answers", report.answers())
        .put("decisions", report.decisions())
        .toString();
  }

  /** Null for what the protocol lets happen and bounds. */
  private static @Nullable Double share(LogAttacks.Ending ending) {
    return switch (ending) {
      case FOUND -> 1.0;
      case NOT_FOUND -> 0.0;
      case TOLERATED -> null;
    };
  }

  /** A run that ended behind so many events, where an invariant broke. */
  static String broken(SimulationSettings settings, long step, String violation) {
    return withoutVerdicts(head(settings, null).putNull("payoff"))
        .putNull("bestDeviationGain")
        .put("violations", 1)
        .put("step", step)
        .put("violation", violation)
        .toString();
  }

  /** Of signals alone: no verdict is decided here, so there are none to count errors of. */
  static String of(ReferenceReport report) {
    ObjectNode object = head(report.settings(), report.casesPerSecond());
    ObjectNode payoff = object.putObject("payoff");
    report.payoffs().forEach((name, estimate) -> put(payoff, name, estimate));
    return withoutVerdicts(object)
        .put("bestDeviationGain", report.bestDeviationGain())
        .putNull("violations")
        .toString();
  }

  private static ObjectNode head(SimulationSettings settings, @Nullable Double casesPerSecond) {
    return JSON.createObjectNode()
        .put("seed", settings.seed())
        .put("cases", settings.cases())
        .put("casesPerSecond", casesPerSecond)
        .put("committee", settings.committee())
        .put("byzantine", settings.crowd().byzantine())
        .put("w", settings.money().weight());
  }

  private static ObjectNode withoutVerdicts(ObjectNode object) {
    return object.putNull("detection").putNull("falseAccusationRate");
  }

  /** Of the role in which it deviates; of coalitions in all; of the honest as checker. */
  private static Estimate deviating(Payoff payoff) {
    return switch (payoff.role()) {
      case "author" -> payoff.author();
      case "sentinel" -> payoff.sentinel();
      case "coalition" -> payoff.all();
      default -> payoff.checker();
    };
  }

  private static void rate(ObjectNode target, String name, Estimate rate) {
    if (rate.count() == 0) {
      target.putNull(name);
    } else {
      target.putObject(name).put("mean", rate.mean()).put("high", rate.high());
    }
  }

  /** Null if nothing was measured; ends are null where there is no interval. */
  private static void put(ObjectNode target, String name, Estimate estimate) {
    if (estimate.count() == 0) {
      target.putNull(name);
      return;
    }
    boolean interval = estimate.hasInterval();
    target
        .putObject(name)
        .put("mean", estimate.mean())
        .put("low", interval ? (Double) estimate.low() : null)
        .put("high", interval ? (Double) estimate.high() : null);
  }
}
