package io.verillm.protocol.sim.adversary;

import io.verillm.protocol.sim.party.AuthorPlan;
import io.verillm.protocol.sim.party.AuthorPlan.Delivery;
import io.verillm.protocol.sim.party.CheckerPlan;
import io.verillm.protocol.sim.party.CheckerPlan.Ballot;
import io.verillm.protocol.sim.party.CheckerPlan.Rows;
import io.verillm.protocol.sim.party.Computation;
import io.verillm.protocol.sim.party.EvidenceClaim;
import io.verillm.protocol.sim.party.Manner;

/** What behaviours of the gallery have in common; costs are in c. */
final class Plans {
  private Plans() {}

  /** Seals the author's rows and says that all tokens fit: a valid ACCEPT. */
  static CheckerPlan accepting(double cost) {
    return new CheckerPlan(
        new Rows.Authors(),
        EvidenceClaim.ALL_FIT,
        Ballot.RULE,
        CheckerPlan.Delivery.COMPLETE,
        cost);
  }

  /** Seals honest rows and evidence of a token that cannot be: a valid REJECT. */
  static CheckerPlan rejecting(double cost) {
    return new CheckerPlan(
        new Rows.Computed(Computation.HONEST),
        EvidenceClaim.ONE_FORBIDDEN,
        Ballot.RULE,
        CheckerPlan.Delivery.COMPLETE,
        cost);
  }

  static CheckerPlan computing(Computation computation, double cost) {
    return new CheckerPlan(
        new Rows.Computed(computation),
        EvidenceClaim.COMPUTED,
        Ballot.RULE,
        CheckerPlan.Delivery.COMPLETE,
        cost);
  }

  static CheckerPlan invented(Ballot ballot) {
    return new CheckerPlan(
        new Rows.Computed(Computation.FABRICATED),
        EvidenceClaim.ALL_FIT,
        ballot,
        CheckerPlan.Delivery.COMPLETE,
        0);
  }

  static AuthorPlan plan(Manner manner, double cost) {
    return new AuthorPlan(manner, Delivery.COMPLETE, cost);
  }

  static AuthorPlan honestBut(Delivery delivery) {
    return new AuthorPlan(Manner.HONEST, delivery, AuthorPlan.HONEST_COST);
  }
}
