package io.verillm.protocol.sim.party;

/**
 * How an answer is checked.
 *
 * @param rows where the sealed rows come from
 * @param evidence what is written into the evidence
 * @param ballot how the vote is found
 * @param delivery what becomes public
 * @param cost what it costs, in c
 */
public record CheckerPlan(
    Rows rows, EvidenceClaim evidence, Ballot ballot, Delivery delivery, double cost) {

  /** As the protocol asks. */
  public static final CheckerPlan HONEST =
      new CheckerPlan(
          new Rows.Computed(Computation.HONEST),
          EvidenceClaim.COMPUTED,
          Ballot.RULE,
          Delivery.COMPLETE,
          1);

  /** Where rows come from. */
  public sealed interface Rows {
    /** From a computation of its own. */
    record Computed(Computation computation) implements Rows {}

    /** From the author, who gave them away. */
    record Authors() implements Rows {}
  }

  /** How a vote is found. */
  public enum Ballot {
    /** By the rule, over the openings. */
    RULE,
    ACCEPT,
    REJECT,
    COIN,
    /** The opposite of what the rule says. */
    OPPOSITE,
    UNSURE
  }

  /** What of the protocol's messages comes. */
  public enum Delivery {
    COMPLETE,
    /** Nothing. */
    MISSING,
    /** A commitment, and nothing behind it. */
    NOT_OPENED,
    /** An opening, and no vote. */
    NO_VOTE,
    /** Opens the first round and not the second. */
    CLOSED_IN_ROUND_TWO,
    /** Opens something else than it sealed. */
    EQUIVOCATES,
    /** Repeats the author's public commitment as its own. */
    COPIED_COMMITMENT,
    /** Seals another output than it was given. */
    OTHER_OUTPUT,
    /** Everything, and a dispute of every verdict that stands. */
    DISPUTES,
    /** Sends every record twice. */
    REPEATED
  }

  /** The same with another way to vote. */
  public CheckerPlan voting(Ballot other) {
    return new CheckerPlan(rows, evidence, other, delivery, cost);
  }

  /** The same with other messages. */
  public CheckerPlan delivering(Delivery other) {
    return new CheckerPlan(rows, evidence, ballot, other, cost);
  }

  /** The same with other evidence. */
  public CheckerPlan claiming(EvidenceClaim other) {
    return new CheckerPlan(rows, other, ballot, delivery, cost);
  }
}
