package io.verillm.protocol.sim;

import io.verillm.protocol.sim.SimulationReport.Deviation;
import io.verillm.protocol.sim.SimulationReport.Payoff;
import io.verillm.protocol.sim.adversary.Gallery;
import io.verillm.protocol.sim.party.Behaviour;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What each behaviour earned, and what those who deviated gained on honest work.
 *
 * @param payoffs by behaviour
 * @param deviations of which anything was counted
 */
record Gains(SortedMap<String, Payoff> payoffs, List<Deviation> deviations) {

  static Gains of(Tally tally, Collection<Worker> workers, Map<String, Coalition> coalitions) {
    SortedMap<String, Payoff> payoffs = new TreeMap<>();
    Payoff honest = payoff(tally, Gallery.HONEST_WORKER.name(), Optional.empty());
    List<Deviation> deviations = new ArrayList<>();
    for (Behaviour behaviour : behaviours(workers)) {
      String name = behaviour.name();
      Optional<Deviation> deviation =
          Optional.ofNullable(coalitions.get(name))
              .map(coalition -> new Deviation(name, "coalition", coalition.gain()))
              .or(() -> single(behaviour, payoff(tally, name, Optional.empty()), honest))
              .filter(d -> d.gain().count() > 0);
      payoffs.put(name, payoff(tally, name, deviation));
      if (deviates(behaviour)) {
        deviation.ifPresent(deviations::add);
      }
    }
    return new Gains(payoffs, deviations);
  }

  private static Payoff payoff(Tally tally, String name, Optional<Deviation> deviation) {
    return new Payoff(
        tally.payoff(name, Tally.Part.AUTHOR),
        tally.payoff(name, Tally.Part.CHECKER),
        tally.payoff(name, Tally.Part.SENTINEL),
        tally.payoff(name),
        deviation.map(Deviation::role).orElse(""),
        deviation.map(Deviation::gain).orElse(Estimate.NONE));
  }

  /**
   * The role in which it gains most: nobody must deviate in both. One that only repeats messages is
   * compared as checker, in which role it has most of them.
   */
  private static Optional<Deviation> single(Behaviour behaviour, Payoff payoff, Payoff honest) {
    if (behaviour.equals(Gallery.HONEST_WORKER)) {
      return Optional.empty();
    }
    boolean checks = behaviour.cheatsAsChecker() || !deviates(behaviour);
    return Stream.of(
            behaviour.cheatsAsAuthor()
                ? role(behaviour, "author", payoff.author(), honest.author())
                : Optional.<Deviation>empty(),
            checks
                ? role(behaviour, "checker", payoff.checker(), honest.checker())
                : Optional.<Deviation>empty(),
            behaviour.cheatsAsSentinel()
                ? role(behaviour, "sentinel", payoff.sentinel(), honest.sentinel())
                : Optional.<Deviation>empty())
        .flatMap(Optional::stream)
        .max(Deviation.BY_UPPER_END);
  }

  private static boolean deviates(Behaviour behaviour) {
    return behaviour.cheatsAsAuthor()
        || behaviour.cheatsAsChecker()
        || behaviour.cheatsAsSentinel();
  }

  /** Empty where there is nothing to compare: it or the honest had no task of this kind. */
  private static Optional<Deviation> role(
      Behaviour behaviour, String role, Estimate earned, Estimate honest) {
    return earned.count() == 0 || honest.count() == 0
        ? Optional.empty()
        : Optional.of(new Deviation(behaviour.name(), role, earned.minus(honest)));
  }

  private static Collection<Behaviour> behaviours(Collection<Worker> workers) {
    Map<String, Behaviour> byName = new LinkedHashMap<>();
    workers.forEach(w -> byName.putIfAbsent(w.behaviour().name(), w.behaviour()));
    return byName.values();
  }
}
