package io.verillm.protocol.sim;

import io.verillm.events.Posting;
import io.verillm.events.Transfer;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.Parameters;

/**
 * What went into the treasury in a run and what it paid, its funding aside, in c for a thousand
 * requests.
 *
 * @param slashes what settlements left of slashes, and lost bonds
 * @param scores what negative scores of peer prediction brought
 * @param committees fees and pay of flags that neither escrow nor slashes could pay
 * @param peers what peer prediction paid
 */
public record TreasuryFlow(double slashes, double scores, double committees, double peers) {
  private static final double REQUESTS = 1_000;

  /** What is left of it; below 0 is what somebody must bring in. */
  public double net() {
    return slashes + scores - committees - peers;
  }

  /** Requests that a funding lasts for, in c; infinite if the treasury does not shrink. */
  public double lasts(double funding) {
    return net() < 0 ? funding / -net() * REQUESTS : Double.POSITIVE_INFINITY;
  }

  /** Counts one run's transfers. */
  static final class Count {
    private long slashes;
    private long scores;
    private long committees;
    private long peers;

    void add(Transfer transfer) {
      long moved =
          transfer.getPostings().stream()
              .filter(p -> p.getAccount().equals(Accounts.TREASURY))
              .mapToLong(Posting::getAmount)
              .sum();
      boolean in = moved > 0;
      switch (transfer.getKind()) {
        case "fund" -> {
          // What is asked is how long it lasts.
        }
        case "peer" -> {
          scores += in ? moved : 0;
          peers -= in ? 0 : moved;
        }
        default -> {
          slashes += in ? moved : 0;
          committees -= in ? 0 : moved;
        }
      }
    }

    /** What all transfers but funding have left, in units. */
    long left() {
      return slashes + scores - committees - peers;
    }

    TreasuryFlow of(int requests) {
      double scale = REQUESTS / requests / Parameters.UNITS_PER_CHECK;
      return new TreasuryFlow(slashes * scale, scores * scale, committees * scale, peers * scale);
    }
  }
}
