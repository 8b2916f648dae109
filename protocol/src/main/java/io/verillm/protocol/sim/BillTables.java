package io.verillm.protocol.sim;

import io.verillm.protocol.check.CaseLimits;
import io.verillm.protocol.money.HonestyBound;
import java.util.List;
import java.util.Map;

/** Tables of what the protocol costs, and who brings it. */
final class BillTables {
  private static final int BILLED_TOKENS = 500;
  private static final long FUNDING = 1_000_000;
  private static final double GOOD_PER_BAD = 0.4;
  private static final double REFERENCE_BAD = 0.05;

  private final TablePage page;
  private final long seed;
  private final int cases;

  BillTables(TablePage page, long seed, int cases) {
    this.page = page;
    this.seed = seed;
    this.cases = cases;
  }

  void bill() {
    page.heading("5. The bill");
    page.add(
        "What an answer of %d tokens costs over its generation alone, in percent of a generation at"
            + " batch 1, if a check costs 1 %% of it: checks of both rounds, the %d tokens that each"
            + " checker decodes before it is stopped, the prefill of the author that goes on, counted as a"
            + " check of its own, and flags, whose whole generation is overhead. Fees"
            + " are left out, since they stay among workers. Number"
            + " of checks from runs of %,d honest cases. For short answers the wasted tokens weigh more: at"
            + " 50 tokens ten times as much.",
        BILLED_TOKENS, CaseLimits.AHEAD, cases);
    page.add("");
    page.add(
        "Each row is played with the w that its flags ask for (table 4's for 5 %%), since fewer"
            + " flags hold honesty with a larger w only. The treasury's column is what it pays for a request beyond"
            + " what it takes in, in the same percent: no work, but somebody must bring it in (table 6)."
            + " Without flags no w is large enough, and honesty is not strictly best: that row is the"
            + " price of checks that nobody is paid to make.");
    page.add("");
    page.add(
        "| m | flags bad, good | w | checks | `ahead` waste | hand-over | flags | work | treasury |"
            + " work and treasury | positions, part 2s |");
    page.add("|---|---|---|---|---|---|---|---|---|---|---|");
    for (int m : new int[] {3, 7}) {
      for (double rate : new double[] {0, 0.5, 1, 2, 5, 10}) {
        page.later(() -> List.of(billRow(m, rate / 100)));
      }
    }
  }

  private String billRow(int m, double bad) {
    double good = GOOD_PER_BAD * bad;
    SimulationReport report = Simulation.run(flagged(m, bad));
    double checks = (double) report.checks() / cases;
    double ahead = checks * CaseLimits.AHEAD / BILLED_TOKENS * 100;
    double reads = (double) report.reads() / cases;
    double work = (100 + checks + ahead + reads) / (1 - bad - good) - 100;
    double treasury = (0 - report.treasury().net()) / 1_000;
    return Cells.line(
        "| %d | %.1f %%, %.1f %% | %s | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %s |",
        m,
        100 * bad,
        100 * good,
        bad == 0 ? "none is large enough" : Cells.line("%.0fc", weight(m, bad)),
        checks,
        ahead,
        reads,
        100 * (bad + good),
        work,
        Cells.unsigned(treasury),
        Cells.unsigned(work + treasury),
        Cells.extent(report.extent()));
  }

  /** Honest workers, so many flags, and the w that keeps them honest. */
  private SimulationSettings flagged(int m, double bad) {
    SimulationSettings usual = SimulationSettings.usual(seed, cases, m);
    return bad == 0
        ? usual
        : usual.withMoney(weight(m, bad), usual.money().fee()).withFlags(bad, GOOD_PER_BAD * bad);
  }

  /** Least w for so many flags, rounded up as the parameter table is. */
  static double weight(int m, double bad) {
    return HonestyBound.measured(m).withFlags(bad, GOOD_PER_BAD * bad).wholeWeight();
  }

  void treasury() {
    page.heading("6. The treasury");
    page.add(
        "Where peer prediction's pay comes from. In c for 1,000 requests, each row with the w that its"
            + " flags ask for; what the treasury was funded with is left out. Requesters pay segments, fees"
            + " of round 1 of accepted answers, and the reserve for a round 2 and refused fees, so none of it"
            + " is here. What one settlement takes and gives is netted. Nothing else pays into the"
            + " treasury: where the sum is below 0 it lives on funding, and once it is empty peer"
            + " prediction pays in proportion to what is left, so nobody is paid to look. A fee for each"
            + " request of a thousandth of that sum would keep it. The last column: for how many requests a"
            + " funding of %,dc lasts. Missed duties, which pay into it too, are not simulated."
            + " Without flags nobody is paid to look at all: honesty is not strictly best"
            + " there.",
        FUNDING);
    page.add("");
    page.add(
        "| run | w | slashes and bonds | negative scores | committees, BAD flags | peer prediction |"
            + " sum | lasts | positions, part 2s |");
    page.add("|---|---|---|---|---|---|---|---|---|");
    for (int m : new int[] {3, 7}) {
      treasuryRow("honest, m = " + m + ", no flags", flagged(m, 0));
      treasuryRow("honest, m = " + m + ", flags 1 %, 0.4 %", flagged(m, 0.01));
      treasuryRow("honest, m = " + m + ", flags 5 %, 2 %", flagged(m, REFERENCE_BAD));
    }
    SimulationSettings flags = flagged(3, REFERENCE_BAD);
    treasuryRow("a tenth int8, m = 3, flags 5 %, 2 %", flags.with(0, Map.of("int8", 0.1)));
    treasuryRow("a tenth lazy, m = 3, flags 5 %, 2 %", flags.with(0, Map.of("lazy", 0.1)));
    treasuryRow("three tenths Byzantine, m = 3, flags 5 %, 2 %", flags.with(0.3, Map.of()));
    treasuryRow(
        "a third sacrifice, m = 3, flags 5 %, 2 %", flags.with(0, Map.of("sacrifice", 0.33)));
  }

  private void treasuryRow(String name, SimulationSettings settings) {
    page.later(() -> {
      SimulationReport report = Simulation.run(settings);
      TreasuryFlow flow = report.treasury();
      double lasts = flow.lasts(FUNDING);
      return List.of(
          Cells.line(
              "| %s | %.1fc | %+,.0fc | %+,.0fc | %+,.0fc | %+,.0fc | %+,.0fc | %s | %s |",
              name,
              settings.money().weight(),
              flow.slashes(),
              flow.scores(),
              0 - flow.committees(),
              0 - flow.peers(),
              flow.net(),
              Double.isInfinite(lasts) ? "for ever" : Cells.line("%,.0f", lasts),
              Cells.extent(report.extent())));
    });
  }

  /** What those earn who look and those who do not, as long as there is money and behind that. */
  void shortTreasury() {
    page.add("");
    page.add(
        "The run with flags 5 %%, 2 %% and m = 3 again, with two workers in a hundred `lazy`, by what the"
            + " treasury begins with for each request. What is missing is missing in proportion, and honest"
            + " checking is worth less the more of it is; who does not look still loses S_open.");
    page.add("");
    page.add(
        "| funding for a request | honest checker | lazy checker | peer prediction not paid |");
    page.add("|---|---|---|---|");
    for (int perRequest : new int[] {40, 10, 0}) {
      page.later(() -> List.of(shortRow(perRequest)));
    }
  }

  private String shortRow(int perRequest) {
    SimulationSettings flags = flagged(3, REFERENCE_BAD);
    SimulationReport report =
        Simulation.run(
            flags
                .with(0, Map.of("lazy", 0.02))
                .withHoldings(flags.money().stake(), (double) perRequest * cases));
    return Cells.line(
        "| %dc | %s | %s | %,.0fc of %,.0fc |",
        perRequest,
        Cells.interval(report.payoffs().get("honest").checker()),
        Cells.interval(report.payoffs().get("lazy").checker()),
        report.shortfall().peers(),
        report.shortfall().peers() + report.treasury().peers() * cases / 1_000);
  }
}
