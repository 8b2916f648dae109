package io.verillm.protocol.sim.party;

/**
 * How a segment is made and delivered.
 *
 * @param manner how it is computed
 * @param delivery what becomes public of it
 * @param cost what making an answer of 40 tokens costs, in c; a longer one costs more in proportion
 */
public record AuthorPlan(Manner manner, Delivery delivery, double cost) {
  /**
   * An honest answer of 40 tokens is a hundred times as dear as one check of it (protocol, section
   * 1).
   */
  public static final double HONEST_COST = 100;

  /** As the protocol asks. */
  public static final AuthorPlan HONEST =
      new AuthorPlan(Manner.HONEST, Delivery.COMPLETE, HONEST_COST);

  /** What of the protocol's messages comes. */
  public enum Delivery {
    COMPLETE,
    /** Nothing at all. */
    NOTHING,
    /** A PREFILL, and no FINAL. */
    NO_FINAL,
    /** A FINAL, and no text. */
    NO_TEXT,
    /** Everything but openings. */
    NOT_OPENED,
    /** Opens something else than it sealed. */
    EQUIVOCATES
  }
}
