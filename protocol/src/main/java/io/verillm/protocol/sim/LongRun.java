package io.verillm.protocol.sim;

import io.verillm.protocol.sim.adversary.Gallery;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What one long run has shown, to be kept in a file.
 *
 * @param command what makes it again
 * @param when its date
 * @param machine what it ran on
 * @param adversary who deviated; empty if nobody
 * @param share of the workers
 * @param weight w in c
 * @param seed of the run
 * @param cases requests
 * @param events that invariants were checked behind
 * @param casesPerSecond for each second of processor time of one thread
 * @param gain of the deviation on honest work in the role where it is largest, in c for one task
 * @param coalition what all members of a coalition have more in the end than in the same run with
 *     them honest, in c, its interval over members; count 0 where nobody acted together
 * @param treasury what the treasury gained, in c for 1,000 requests
 * @param author what the deviation earned as author
 * @param checker what it earned as checker
 * @param notAccepted share of its wrong segments that were not accepted
 * @param honestRejected share of honest segments that were rejected
 * @param honestNotAccepted share of honest segments that were not accepted; count 0 in files from
 *     before it was counted, like what follows
 * @param honestSlashed share of honest work that was slashed; in such files of checks that lost
 *     S_open
 * @param sentinel what honest workers earned with what they planted
 * @param honest what they earned in all roles together
 * @param decisions digest of all verdicts, settlements and balances
 */
public record LongRun(
    String command,
    String when,
    String machine,
    String adversary,
    double share,
    double weight,
    long seed,
    int cases,
    long events,
    double casesPerSecond,
    Estimate gain,
    Estimate coalition,
    double treasury,
    Estimate author,
    Estimate checker,
    Estimate notAccepted,
    Estimate honestRejected,
    Estimate honestNotAccepted,
    Estimate honestSlashed,
    Estimate sentinel,
    Estimate honest,
    String decisions) {

  private static final int COMMITTEE = 3;

  /** A file from before something was counted counts none. */
  public LongRun {
    coalition = Objects.requireNonNullElse(coalition, Estimate.NONE);
    honestNotAccepted = Objects.requireNonNullElse(honestNotAccepted, Estimate.NONE);
    sentinel = Objects.requireNonNullElse(sentinel, Estimate.NONE);
    honest = Objects.requireNonNullElse(honest, Estimate.NONE);
  }

  /** w that is played, in c. */
  public static double tableWeight() {
    return SimulationSettings.tableWeight(COMMITTEE);
  }

  /**
   * Plays one deviation among honest workers, with the flags of the reference point.
   *
   * @param honestRuns what coalitions are set beside
   */
  public static LongRun play(
      String adversary, double share, long seed, int cases, HonestRuns honestRuns, Made made) {
    SimulationSettings settings =
        SimulationSettings.usual(seed, cases, COMMITTEE)
            .with(0, Map.of(adversary, share))
            .withFlags(0.05, 0.02);
    SimulationReport report = Simulation.run(settings, honestRuns);
    SimulationReport.Payoff payoff = report.payoffs().get(adversary);
    SimulationReport.Payoff honest = report.payoffs().get(Gallery.HONEST_WORKER.name());
    return new LongRun(
        made.command(),
        made.when(),
        made.machine(),
        adversary,
        share,
        settings.money().weight(),
        seed,
        cases,
        report.steps(),
        report.casesPerSecond(),
        payoff.gain(),
        Optional.ofNullable(report.coalitions().get(adversary))
            .map(Coalition::total)
            .orElse(Estimate.NONE),
        report.treasury().net(),
        payoff.author(),
        payoff.checker(),
        report.detection().getOrDefault(adversary, Estimate.NONE),
        report.falseRejections(),
        report.honestNotAccepted(),
        report.falseSlashes(),
        honest.sentinel(),
        honest.all(),
        report.decisions());
  }

  /** Where a run comes from: its command, date and machine. */
  public record Made(String command, String when, String machine) {}

  /** Whether it was played with today's w, and so that all was counted that is today. */
  boolean isOfToday() {
    return weight == tableWeight() && honestNotAccepted.count() > 0;
  }

  String row() {
    return Cells.line(
        "| %s, %.0f %% | %.1fc | %,d | %s | %+,.0fc | %s | %s | %s | %s | %s | %s | %,d | %s |",
        adversary,
        100 * share,
        weight,
        cases,
        Cells.gain(gain),
        treasury,
        Cells.share(notAccepted),
        Cells.share(honestRejected),
        Cells.share(honestNotAccepted),
        Cells.share(honestSlashed),
        Cells.interval(sentinel),
        Cells.interval(honest),
        events,
        when);
  }
}
