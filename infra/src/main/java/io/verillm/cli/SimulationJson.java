package io.verillm.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.verillm.protocol.sim.Estimate;
import io.verillm.protocol.sim.LogAttacks;
import io.verillm.protocol.sim.ReferenceReport;
import io.verillm.protocol.sim.SimulationReport;
import io.verillm.protocol.sim.SimulationSettings;
import java.util.Map;

/** A simulation as one JSON object. */
final class SimulationJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SimulationJson() {}

  static String of(SimulationReport report, Map<String, LogAttacks.Result> log) {
    ObjectNode object = head(report.settings(), report.casesPerSecond());
    ObjectNode payoff = object.putObject("payoff");
    report
        .payoffs()
        .forEach((name, p) -> {
          put(payoff, name, p.checker());
          put(payoff, name + "/author", p.author());
        });
    ObjectNode detection = object.putObject("detection");
    report.detection().forEach((name, rate) -> detection.put(name, rate.mean()));
    log.forEach((name, result) -> detection.put(name, result.found() ? 1.0 : 0.0));
    if (report.falseRejections().count() > 0) {
      object
          .putObject("falseAccusationRate")
          .put("mean", report.falseRejections().mean())
          .put("high", report.falseRejections().high());
    }
    // A run ends at the first violation, so one that has a report has none.
    return object
        .put("bestDeviationGain", report.bestDeviationGain())
        .put("violations", 0)
        .toString();
  }

  /** A run that ended behind so many events, where an invariant broke. */
  static String broken(long seed, int cases, long step, String violation) {
    return JSON.createObjectNode()
        .put("seed", seed)
        .put("cases", cases)
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
    return object.put("bestDeviationGain", report.bestDeviationGain()).toString();
  }

  private static ObjectNode head(SimulationSettings settings, double casesPerSecond) {
    return JSON.createObjectNode()
        .put("seed", settings.seed())
        .put("cases", settings.cases())
        .put("casesPerSecond", casesPerSecond)
        .put("committee", settings.committee())
        .put("byzantine", settings.byzantine())
        .put("w", settings.weight());
  }

  private static void put(ObjectNode target, String name, Estimate estimate) {
    if (estimate.count() > 0) {
      ObjectNode entry = target.putObject(name).put("mean", estimate.mean());
      if (Double.isFinite(estimate.low())) {
        entry.put("low", estimate.low()).put("high", estimate.high());
      } else {
        // One worker in one scoring epoch: there is no interval.
        entry.putNull("low").putNull("high");
      }
    }
  }
}
