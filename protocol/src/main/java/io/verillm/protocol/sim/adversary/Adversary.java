package io.verillm.protocol.sim.adversary;

import io.verillm.events.FlagKind;
import io.verillm.protocol.sim.party.AuthorPlan;
import io.verillm.protocol.sim.party.Behaviour;
import io.verillm.protocol.sim.party.CheckerPlan;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A behaviour made of how it writes and how it checks.
 *
 * @param name short name
 * @param writes its way of authoring
 * @param checks its way of checking
 * @param plants its way of authoring what it planted
 * @param cheats roles in which it does otherwise than asked
 * @param isCoalition whether those who behave so act together
 */
record Adversary(
    String name,
    Function<AuthorTurn, AuthorPlan> writes,
    Function<CheckerTurn, CheckerPlan> checks,
    BiFunction<FlagKind, AuthorPlan, AuthorPlan> plants,
    Set<Role> cheats,
    boolean isCoalition)
    implements Behaviour {

  /** What a worker can be in a request. */
  enum Role {
    AUTHOR,
    CHECKER,
    SENTINEL
  }

  static final Adversary HONEST =
      new Adversary(
          "honest",
          turn -> AuthorPlan.HONEST,
          turn -> CheckerPlan.HONEST,
          (kind, asked) -> asked,
          Set.of(),
          false);

  static Adversary author(String name, AuthorPlan plan) {
    return both(name, turn -> plan, HONEST.checks).cheatingAs(Role.AUTHOR);
  }

  static Adversary checker(String name, CheckerPlan plan) {
    return checker(name, turn -> plan);
  }

  static Adversary checker(String name, Function<CheckerTurn, CheckerPlan> checks) {
    return both(name, HONEST.writes, checks).cheatingAs(Role.CHECKER);
  }

  static Adversary both(
      String name,
      Function<AuthorTurn, AuthorPlan> writes,
      Function<CheckerTurn, CheckerPlan> checks) {
    return new Adversary(
        name, writes, checks, HONEST.plants, Set.of(Role.AUTHOR, Role.CHECKER), false);
  }

  static Adversary sentinel(String name, BiFunction<FlagKind, AuthorPlan, AuthorPlan> plants) {
    return new Adversary(name, HONEST.writes, HONEST.checks, plants, Set.of(Role.SENTINEL), false);
  }

  /** The same, if it is no cheating but in these roles. */
  Adversary cheatingAs(Role... roles) {
    return new Adversary(name, writes, checks, plants, Set.of(roles), isCoalition);
  }

  /** The same by workers that act together. */
  Adversary together() {
    return new Adversary(name, writes, checks, plants, cheats, true);
  }

  @Override
  public AuthorPlan author(AuthorTurn turn) {
    return writes.apply(turn);
  }

  @Override
  public CheckerPlan checker(CheckerTurn turn) {
    return checks.apply(turn);
  }

  @Override
  public AuthorPlan sentinel(FlagKind kind, AuthorPlan asked) {
    return plants.apply(kind, asked);
  }

  @Override
  public boolean cheatsAsAuthor() {
    return cheats.contains(Role.AUTHOR);
  }

  @Override
  public boolean cheatsAsChecker() {
    return cheats.contains(Role.CHECKER);
  }

  @Override
  public boolean cheatsAsSentinel() {
    return cheats.contains(Role.SENTINEL);
  }
}
