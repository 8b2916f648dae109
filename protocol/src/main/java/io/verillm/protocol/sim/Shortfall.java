package io.verillm.protocol.sim;

import io.verillm.events.Score;
import io.verillm.events.Transfer;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.Ledger;
import io.verillm.protocol.money.LedgerEffects;
import io.verillm.protocol.money.Parameters;
import java.util.Collection;

/**
 * What was due in a run and nobody had the money for, in c, as the ledger's notes say.
 *
 * @param locks stake that was to be locked
 * @param slashes what was to be taken from stakes, for slashes and for negative scores
 * @param pay fees and pay of cases
 * @param peers peer prediction, which then pays each in proportion
 * @param workers those that have less left than a lock, free or locked, and so get no more tasks
 */
public record Shortfall(double locks, double slashes, double pay, double peers, long workers) {

  /** Whether everything due was there. */
  public boolean isNone() {
    return locks + slashes + pay + peers == 0 && workers == 0;
  }

  /** Adds up one run's transfers. */
  static final class Count {
    private long locks;
    private long slashes;
    private long pay;
    private long peers;

    void add(LedgerEffects effects) {
      effects.transfers().forEach(this::add);
      for (Score score : effects.scores()) {
        peers += Math.max(0, score.getScore()) - Math.max(0, score.getPaid());
      }
    }

    private void add(Transfer transfer) {
      for (String note : transfer.getNote().split(" ")) {
        int equals = note.indexOf('=');
        String name = equals < 0 ? note : note.substring(0, equals);
        switch (name) {
          case "stake-short" -> locks += amount(note);
          case "slash-short", "peer-short" -> slashes += amount(note);
          case "pay-short" -> pay += amount(note);
          default -> {
            // Everything else was there.
          }
        }
      }
    }

    private static long amount(String note) {
      return Long.parseLong(note.substring(note.indexOf('=') + 1));
    }

    Shortfall of(Ledger ledger, Collection<Worker> all, long lock) {
      double scale = 1.0 / Parameters.UNITS_PER_CHECK;
      return new Shortfall(
          locks * scale,
          slashes * scale,
          pay * scale,
          peers * scale,
          all.stream()
              .map(Worker::id)
              .filter(id ->
                  ledger.balance(Accounts.stake(id)) + ledger.balance(Accounts.locked(id)) < lock)
              .count());
    }
  }
}
