package io.verillm.protocol.sim;

import java.util.Map;

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
 * @param treasury what the treasury gained, in c for 1,000 requests
 * @param author what the deviation earned as author
 * @param checker what it earned as checker
 * @param notAccepted share of its wrong segments that were not accepted
 * @param honestRejected share of honest segments that were rejected
 * @param honestSlashed share of honest checks that lost S_open
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
    double treasury,
    Estimate author,
    Estimate checker,
    Estimate notAccepted,
    Estimate honestRejected,
    Estimate honestSlashed,
    String decisions) {

  private static final int COMMITTEE = 3;

  /** w that is played, in c. */
  public static double tableWeight() {
    return SimulationSettings.tableWeight(COMMITTEE);
  }

  /** Plays one deviation among honest workers, with the flags of the reference point. */
  public static LongRun play(String adversary, double share, long seed, int cases, Made made) {
    SimulationSettings settings =
        SimulationSettings.usual(seed, cases, COMMITTEE)
            .with(0, Map.of(adversary, share))
            .withFlags(0.05, 0.02);
    SimulationReport report = Simulation.run(settings);
    SimulationReport.Payoff payoff = report.payoffs().get(adversary);
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
        report.treasury().net(),
        payoff.author(),
        payoff.checker(),
        report.detection().getOrDefault(adversary, Estimate.NONE),
        report.falseRejections(),
        report.falseSlashes(),
        report.decisions());
  }

  /** Where a run comes from: its command, date and machine. */
  public record Made(String command, String when, String machine) {}

  String row() {
    return Cells.line(
        "| %s, %.0f %% | %.1fc | %,d | %s | %+,.0fc | %s | %s | %,d | %s |",
        adversary,
        100 * share,
        weight,
        cases,
        Cells.gain(gain),
        treasury,
        Cells.share(notAccepted),
        Cells.share(honestRejected),
        events,
        when);
  }
}
