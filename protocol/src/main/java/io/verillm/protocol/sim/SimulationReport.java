package io.verillm.protocol.sim;

import java.util.Map;
import java.util.SortedMap;

/**
 * What a run has shown.
 *
 * @param settings what was simulated
 * @param steps events that invariants were checked behind
 * @param casesPerSecond cases per second of processor time of the one thread that ran
 * @param payoffs by behaviour and role
 * @param coalitions what acting together brought, by behaviour
 * @param treasury what went into the treasury and out of it
 * @param detection share of an author's wrong segments that were not accepted, by behaviour
 * @param falseRejections share of honest segments that were rejected
 * @param falseSlashes share of honest checks that lost S_open
 * @param bestDeviationGain what the best deviation gains on honest work, in c for one task
 * @param bestDeviation its name, empty if nobody deviates
 * @param outcomes cases by outcome
 * @param checks checks of both rounds
 * @param secondRounds cases that had a second round
 * @param decisions a digest of all verdicts, settlements and balances
 */
public record SimulationReport(
    SimulationSettings settings,
    long steps,
    double casesPerSecond,
    SortedMap<String, Payoff> payoffs,
    SortedMap<String, Coalition> coalitions,
    TreasuryFlow treasury,
    SortedMap<String, Estimate> detection,
    Estimate falseRejections,
    Estimate falseSlashes,
    double bestDeviationGain,
    String bestDeviation,
    Map<String, Long> outcomes,
    long checks,
    long secondRounds,
    String decisions) {

  /**
   * What a behaviour earns, in c for one task.
   *
   * @param author as author
   * @param checker as checker
   * @param gain what it gains on an honest worker with the same tasks, in c for one task; of a
   *     coalition what {@link Coalition#gain} says
   */
  public record Payoff(Estimate author, Estimate checker, double gain) {}
}
