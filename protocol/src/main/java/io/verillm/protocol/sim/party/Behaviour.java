package io.verillm.protocol.sim.party;

import io.verillm.events.FlagKind;
import java.util.SplittableRandom;

/**
 * What one worker does with its tasks. It is asked anew for each task and may decide by what it
 * knows: its task, and what others of its coalition told it.
 */
public interface Behaviour {
  /** Short name in options and reports. */
  String name();

  /** How it makes a segment. */
  AuthorPlan author(AuthorTurn turn);

  /** How it checks one. */
  CheckerPlan checker(CheckerTurn turn);

  /**
   * How it makes the segment of a request that it planted itself.
   *
   * @param kind of the flag
   * @param asked as the protocol asks: a cheat for BAD, an honest segment for GOOD
   */
  default AuthorPlan sentinel(FlagKind kind, AuthorPlan asked) {
    return asked;
  }

  /** Whether anything about its authoring is not as the protocol asks. */
  default boolean cheatsAsAuthor() {
    return false;
  }

  /** Whether anything about its checking is not as the protocol asks. */
  default boolean cheatsAsChecker() {
    return false;
  }

  /** Whether anything about its flags is not as the protocol asks. */
  default boolean cheatsAsSentinel() {
    return false;
  }

  /**
   * Whether those who behave so act together, so that what one of them loses may be another's gain.
   */
  default boolean isCoalition() {
    return false;
  }

  /**
   * An author's turn.
   *
   * @param random its own random numbers for this task
   */
  record AuthorTurn(SplittableRandom random) {}

  /**
   * A checker's turn.
   *
   * @param round 1 or 2
   * @param friend whether the author is of the same coalition, and so shares what it has
   * @param wrong whether the answer was not made as asked; only a coalition can know
   * @param random its own random numbers for this task
   */
  record CheckerTurn(int round, boolean friend, boolean wrong, SplittableRandom random) {}
}
