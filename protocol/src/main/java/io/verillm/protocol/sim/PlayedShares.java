package io.verillm.protocol.sim;

import io.verillm.protocol.money.HonestyBound;
import io.verillm.protocol.sim.adversary.Gallery;
import java.util.List;
import java.util.Map;

/** Up to which Byzantine share an honest check is worth more than staying away, as it is played. */
final class PlayedShares {
  private static final double[] PLAYED = {0.1, 0.2, 0.25, 0.3, HonestyBound.BYZANTINE_MOST};

  /** Seats for each case of other tables: as many as with m = 3. */
  private static final int PLAYED_SEATS = 3;

  private final TablePage page;
  private final long seed;
  private final int cases;

  PlayedShares(TablePage page, long seed, int cases) {
    this.page = page;
    this.seed = seed;
    this.cases = cases;
  }

  /** The same question to the protocol itself, where verdicts can be wrong and S_open be lost. */
  void table() {
    page.add("");
    page.add(
        "As it is played: the whole protocol with w of the parameter table, 5 %% BAD and 2 %% GOOD"
            + " flags, and Byzantine checkers as in table 8. What an honest check brings in c, where"
            + " staying away brings 0; each run has so many cases that there are about %,d seats of"
            + " round 1. As played: the largest of these shares up to which this interval and that of all"
            + " roles together (table 8) lie above 0.",
        cases * PLAYED_SEATS);
    page.add("");
    StringBuilder head = new StringBuilder("| m | formula |");
    StringBuilder rule = new StringBuilder("|---|---|");
    for (double share : PLAYED) {
      head.append(Cells.line(" %.0f %% |", 100 * share));
      rule.append("---|");
    }
    page.add("%s as played | positions, part 2s |", head);
    page.add("%s---|---|", rule);
    for (int m : MoneyTables.COMMITTEES) {
      page.later(() -> List.of(played(m)));
    }
  }

  private String played(int m) {
    StringBuilder row =
        new StringBuilder(
            Cells.line(
                "| %d | %.1f %% |",
                m, 100 * MoneyTables.largestShare(m, SimulationSettings.tableWeight(m))));
    double largest = 0;
    boolean above = true;
    Extent extent = Extent.NONE;
    for (double share : PLAYED) {
      SimulationReport report =
          Simulation.run(
              SimulationSettings.usual(seed, Math.max(1, cases * PLAYED_SEATS / m), m)
                  .with(share, Map.of())
                  .withFlags(0.05, 0.02));
      SimulationReport.Payoff honest = report.payoffs().get(Gallery.HONEST_WORKER.name());
      Estimate check = honest.checker();
      above &= check.count() > 0 && check.low() > 0 && honest.all().low() > 0;
      largest = above ? share : largest;
      extent = extent.plus(report.extent());
      row.append(' ').append(Cells.interval(check)).append(" |");
    }
    return row.append(Cells.line(" %s | %s |", upTo(largest), Cells.extent(extent))).toString();
  }

  private static String upTo(double share) {
    return share == 0 ? "none" : Cells.line("%.0f %%", 100 * share);
  }
}
