package io.verillm.protocol.sim;

import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.sim.party.AuthorPlan;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes {@code docs/economics.md}: every number in it comes from here, none is written by hand. */
public final class EconomicsTables {
  private EconomicsTables() {}

  /**
   * The page in parts, one after the other. They share nothing, so they may be made at the same
   * time and the numbers do not depend on it.
   *
   * @param seed of every run
   * @param cases requests in each simulated run
   * @param when date of the run
   * @param machine what it ran on
   * @param measured what a calibration's report counted, if there is one
   * @param longRuns runs that were made before
   * @return each gives its lines; some take minutes
   */
  public static List<Supplier<List<String>>> page(
      long seed,
      int cases,
      String when,
      String machine,
      Optional<MeasuredErrors> measured,
      List<LongRun> longRuns) {
    TablePage page = new TablePage();
    page.add("# Does cheating pay?");
    page.add("");
    page.add(
        "Written by `./verillm simulate --tables docs --seed %d --cases %d%s` on %s, %s. Do not edit.",
        seed,
        cases,
        measured.map(errors -> " --measured " + errors.source()).orElse(""),
        when,
        machine);
    page.add("");
    page.add(
        "c is the cost of one honest check, here of a text of any length, as its fee is; an answer costs"
            + " its authors %.1fc a token and brings %.1fc, in equal parts where it is handed over. In tables"
            + " 2, 5 to 9 and 11 every answer is handed over once. What the rules are stands in [protocol.md](protocol.md), section 11.",
        AuthorPlan.HONEST_COST / Script.SHORT_TOKENS,
        (double) SimulatedModel.PRICE_PER_TOKEN / Parameters.UNITS_PER_CHECK);
    page.add("%s", Script.mix());
    page.add(
        "Distances of honest and wrong computations come from"
            + " `protocol/src/main/resources/io/verillm/protocol/sim/distributions-v1.csv`; each line"
            + " of it says whether it was measured or assumed. Margins of single tokens are assumed: the"
            + " calibration's report has only each pair's largest. Intervals are 95 %%.");
    MoneyTables money = new MoneyTables(page, seed, cases);
    money.reference();
    money.shares();
    new PlayedShares(page, seed, cases).table();
    money.secondRound();
    money.errors(measured);
    BillTables bill = new BillTables(page, seed, cases);
    bill.bill();
    bill.treasury();
    bill.shortTreasury();
    RunTables runs = new RunTables(page, seed, cases);
    runs.gallery();
    runs.outliers();
    runs.byzantine();
    runs.coalitions();
    runs.log();
    runs.longRuns(longRuns);
    return page.parts();
  }
}
