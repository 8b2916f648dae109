package io.verillm.protocol.sim;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * @param shortfall what nobody had the money for
 * @param detection share of an author's wrong segments that were not accepted, by behaviour
 * @param falseRejections share of honest segments that were rejected
 * @param honestNotAccepted share of honest segments that were not accepted, rejected or not
 * @param falseSlashes share of honest work, of authors, checkers and sentinels, that was slashed
 * @param losses how often honest work was slashed, by the kind of slash
 * @param deviations what those gained that deviated and had a task
 * @param outcomes cases by outcome
 * @param checks checks of both rounds
 * @param reads prefills of authors that went on with an answer
 * @param answers different texts with different makers: what was counted rests on so many
 * @param secondRounds cases that had a second round
 * @param extent how large the cases were
 * @param decisions a digest of all verdicts, settlements and balances
 */
public record SimulationReport(
    SimulationSettings settings,
    long steps,
    double casesPerSecond,
    SortedMap<String, Payoff> payoffs,
    SortedMap<String, Coalition> coalitions,
    TreasuryFlow treasury,
    Shortfall shortfall,
    SortedMap<String, Estimate> detection,
    Estimate falseRejections,
    Estimate honestNotAccepted,
    Estimate falseSlashes,
    SortedMap<String, Long> losses,
    List<Deviation> deviations,
    Map<String, Long> outcomes,
    long checks,
    long reads,
    int answers,
    long secondRounds,
    Extent extent,
    String decisions) {

  /**
   * What a behaviour earns, in c for one task.
   *
   * @param author as author
   * @param checker as checker
   * @param sentinel as author of what it planted, less what that cost it as requester
   * @param all in all roles together: what staying away, which brings 0, is compared with
   * @param role {@code author}, {@code checker}, {@code sentinel} or {@code coalition}: in what it
   *     gains most; empty if it is honest or had no task
   * @param gain what it gains in that role on an honest worker, in c for one task; of a coalition
   *     what {@link Coalition#gain} says
   */
  public record Payoff(
      Estimate author,
      Estimate checker,
      Estimate sentinel,
      Estimate all,
      String role,
      Estimate gain) {}

  /**
   * One way to deviate.
   *
   * @param name of the behaviour
   * @param role in which it deviates
   * @param gain on honest work, in c for one task
   */
  public record Deviation(String name, String role, Estimate gain) {
    static final Comparator<Deviation> BY_UPPER_END =
        Comparator.comparingDouble(deviation -> deviation.gain().most());
  }

  /**
   * The deviation whose gain has the highest upper end; empty if nobody that deviated had a task.
   */
  public Optional<Deviation> bestDeviation() {
    return deviations.stream().max(Deviation.BY_UPPER_END);
  }

  /** Deviations that may gain: too few were counted to tell, or the interval reaches above 0. */
  public List<Deviation> notShownToLose() {
    return deviations.stream()
        .filter(deviation -> deviation.gain().most() > 0)
        .sorted(Deviation.BY_UPPER_END.reversed())
        .toList();
  }

  /** Behaviours of the crowd of which nothing is shown: nobody had a task to deviate in. */
  public List<String> idle() {
    return settings.crowd().named().entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .map(Map.Entry::getKey)
        .filter(name -> !payoffs.containsKey(name) || payoffs.get(name).gain().count() == 0)
        .sorted()
        .toList();
  }

  /**
   * The most that a deviation gains, in c for one task: the upper end, infinity where too little
   * was counted to tell; 0 if nobody deviated.
   */
  public double bestDeviationGain() {
    return bestDeviation().map(deviation -> deviation.gain().most()).orElse(0.0);
  }
}
