package io.verillm.protocol.sim;

import io.verillm.protocol.sim.adversary.Gallery;
import io.verillm.protocol.sim.party.Behaviour;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What each behaviour earned, and the one that gained most on honest work.
 *
 * @param payoffs by behaviour
 * @param best name of the best deviation, empty if nobody deviates
 * @param bestGain what it gains, in c for one task; 0 if nobody deviates
 */
record Gains(SortedMap<String, SimulationReport.Payoff> payoffs, String best, double bestGain) {

  static Gains of(Tally tally, Collection<Worker> workers, Map<String, Coalition> coalitions) {
    SortedMap<String, SimulationReport.Payoff> payoffs = new TreeMap<>();
    Estimate honestAuthor = tally.payoff(Gallery.HONEST_WORKER.name(), true);
    Estimate honestChecker = tally.payoff(Gallery.HONEST_WORKER.name(), false);
    String best = "";
    double bestGain = Double.NEGATIVE_INFINITY;
    for (Behaviour behaviour : behaviours(workers)) {
      Estimate author = tally.payoff(behaviour.name(), true);
      Estimate checker = tally.payoff(behaviour.name(), false);
      // In a role that it plays honestly a behaviour earns what chance gives it.
      double asAuthor =
          behaviour.cheatsAsAuthor() ? author.count() * (author.mean() - honestAuthor.mean()) : 0;
      double asChecker =
          behaviour.cheatsAsChecker()
              ? checker.count() * (checker.mean() - honestChecker.mean())
              : 0;
      long tried =
          (behaviour.cheatsAsAuthor() ? author.count() : 0)
              + (behaviour.cheatsAsChecker() ? checker.count() : 0);
      Coalition coalition = coalitions.get(behaviour.name());
      double gain =
          coalition == null ? (asAuthor + asChecker) / Math.max(1, tried) : coalition.gain().mean();
      payoffs.put(behaviour.name(), new SimulationReport.Payoff(author, checker, gain));
      // Who had no chance to deviate tells nothing about it.
      if (tried > 0 && gain > bestGain) {
        bestGain = gain;
        best = behaviour.name();
      }
    }
    return new Gains(payoffs, best, best.isEmpty() ? 0 : bestGain);
  }

  private static Collection<Behaviour> behaviours(Collection<Worker> workers) {
    Map<String, Behaviour> byName = new LinkedHashMap<>();
    workers.forEach(w -> byName.putIfAbsent(w.behaviour().name(), w.behaviour()));
    return byName.values();
  }
}
