package io.verillm.protocol.sim.adversary;

import io.verillm.protocol.sim.party.AuthorPlan;
import io.verillm.protocol.sim.party.Behaviour;
import io.verillm.protocol.sim.party.CheckerPlan;
import java.util.function.Function;

/**
 * A behaviour made of how it writes and how it checks.
 *
 * @param name short name
 * @param writes its way of authoring
 * @param checks its way of checking
 * @param cheatsAsAuthor whether it writes otherwise than asked
 * @param cheatsAsChecker whether it checks otherwise than asked
 * @param isCoalition whether those who behave so act together
 */
record Adversary(
    String name,
    Function<AuthorTurn, AuthorPlan> writes,
    Function<CheckerTurn, CheckerPlan> checks,
    boolean cheatsAsAuthor,
    boolean cheatsAsChecker,
    boolean isCoalition)
    implements Behaviour {

  static Adversary author(String name, AuthorPlan plan) {
    return new Adversary(name, turn -> plan, turn -> CheckerPlan.HONEST, true, false, false);
  }

  static Adversary checker(String name, CheckerPlan plan) {
    return checker(name, turn -> plan);
  }

  static Adversary checker(String name, Function<CheckerTurn, CheckerPlan> checks) {
    return new Adversary(name, turn -> AuthorPlan.HONEST, checks, false, true, false);
  }

  static Adversary both(String name, AuthorPlan plan, Function<CheckerTurn, CheckerPlan> checks) {
    return new Adversary(name, turn -> plan, checks, true, true, false);
  }

  /** The same by workers that act together. */
  Adversary together() {
    return new Adversary(name, writes, checks, cheatsAsAuthor, cheatsAsChecker, true);
  }

  @Override
  public AuthorPlan author(AuthorTurn turn) {
    return writes.apply(turn);
  }

  @Override
  public CheckerPlan checker(CheckerTurn turn) {
    return checks.apply(turn);
  }
}
