package io.verillm.protocol.sim;

import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.Ledger;
import io.verillm.protocol.money.Parameters;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * What a run has left: all that a worker holds, free or locked, less what its work has cost.
 *
 * @param workers in c, by id
 * @param tasks how many each had
 * @param treasury in c
 */
record Holdings(Map<String, Double> workers, Map<String, Long> tasks, double treasury) {

  static Holdings of(Ledger ledger, Collection<Worker> workers, long stakeUnits, Tally tally) {
    Map<String, Double> held = new HashMap<>();
    Map<String, Long> tasks = new HashMap<>();
    for (Worker worker : workers) {
      String id = worker.id();
      long units =
          ledger.balance(Accounts.worker(id))
              + ledger.balance(Accounts.stake(id))
              + ledger.balance(Accounts.locked(id))
              - stakeUnits;
      Estimate.Cell work = tally.work(id);
      held.put(id, (double) units / Parameters.UNITS_PER_CHECK - work.sum());
      tasks.put(id, work.count());
    }
    return new Holdings(
        held, tasks, (double) ledger.balance(Accounts.TREASURY) / Parameters.UNITS_PER_CHECK);
  }
}
