package io.verillm.protocol.sim;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a coordinator, a sealer or a witness can do to a finished run, each tried on a recorded log
 * and looked for as a stranger would: by the seals, by deciding everything again from what was
 * published, and by what {@link io.verillm.protocol.fraud} proves from signed records.
 */
public final class LogAttacks {
  private LogAttacks() {}

  /**
   * What came of an attack.
   *
   * @param ending whether it was found
   * @param how by what, or what it brings
   */
  public record Result(Ending ending, String how) {
    static Result of(boolean found, String how) {
      return new Result(found ? Ending.FOUND : Ending.NOT_FOUND, how);
    }

    /** What must be found in another way too. */
    Result and(boolean found, String way) {
      return of(ending == Ending.FOUND && found, way + "; " + how);
    }
  }

  /** How an attack ended. */
  public enum Ending {
    /** It was stopped, or everybody can see it. */
    FOUND,
    /** The protocol lets it happen, and bounds what it brings. */
    TOLERATED,
    /** It did what it wanted. */
    NOT_FOUND
  }

  /** Tries all of them. */
  public static SortedMap<String, Result> tried(long seed) {
    FinishedRun run = FinishedRun.of(seed);
    SortedMap<String, Result> results = tried(run, true);
    results.put("sealer grinds cuts", Grinding.bySealer(run));
    results.put("witness withholds", WithheldShare.of(run));
    return results;
  }

  /**
   * Tries those that change what is signed.
   *
   * @param acting false for attackers that do what the honest do: nothing may be found
   */
  static SortedMap<String, Result> tried(FinishedRun run, boolean acting) {
    CoordinatorAttacks coordinator = new CoordinatorAttacks(run, acting);
    SealerAttacks sealer = new SealerAttacks(run, acting);
    SortedMap<String, Result> results = new TreeMap<>();
    results.put("coordinator draws again", coordinator.drawsAgain());
    results.put("coordinator draws twice", coordinator.drawsTwice());
    results.put("coordinator changes positions", coordinator.changesPositions());
    results.put("coordinator changes the input", coordinator.changesInput());
    results.put("coordinator decides otherwise", coordinator.decidesOtherwise());
    results.put("coordinator settles otherwise", coordinator.settlesOtherwise());
    results.put("coordinator locks otherwise", coordinator.locksOtherwise());
    results.put("coordinator sets other duties", coordinator.setsOtherDuties());
    results.put("sealer drops a record", sealer.dropsRecord());
    results.put("sealer forks the log", sealer.forks());
    results.put("sealer's clock is wrong", sealer.wrongClock());
    return results;
  }
}
