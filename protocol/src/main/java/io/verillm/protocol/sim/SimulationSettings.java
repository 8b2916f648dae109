package io.verillm.protocol.sim;

import io.verillm.protocol.check.CaseLimits;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.money.HonestyBound;
import io.verillm.protocol.money.Parameters;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What is simulated.
 *
 * @param seed of everything random
 * @param cases requests
 * @param committee m, checkers of round 1
 * @param weight w in c
 * @param fee flat fee in c
 * @param byzantine share of workers that vote against the truth
 * @param adversaries shares of workers by behaviour
 * @param badFlags share of BAD flags
 * @param goodFlags share of GOOD flags
 * @param handovers how often an answer is handed over
 * @param crypto kind of keys
 */
public record SimulationSettings(
    long seed,
    int cases,
    int committee,
    double weight,
    double fee,
    double byzantine,
    Map<String, Double> adversaries,
    double badFlags,
    double goodFlags,
    int handovers,
    Crypto crypto) {

  /** Kind of keys. */
  public enum Crypto {
    /** Keyed hashes. */
    STAND_IN,
    /** Ed25519 and ECVRF. */
    REAL
  }

  /**
   * One duty epoch covers a run and each slot owes something: how often flags come is the share's
   * affair, and whose they are the seed's.
   */
  private static final DutyTerms DUTIES =
      new DutyTerms(
          Integer.MAX_VALUE, DutyTerms.SLOTS_MAX, DutyTerms.PER_SLOTS / 2, DutyTerms.PER_SLOTS / 2);

  /** Where nobody plants flags nobody waits for them. */
  private static final int FLAG_TICKS = DutyTerms.FLAG_TICKS_MIN;

  private static final Map<Integer, Double> WEIGHTS = Map.of(3, 69.0, 7, 39.3);

  /** Copies the map and checks the ranges. */
  public SimulationSettings {
    adversaries = Map.copyOf(new TreeMap<>(adversaries));
    require(cases >= 1, "cases", cases);
    require(committee >= 1 && committee <= 21 && committee % 2 == 1, "committee", committee);
    require(handovers >= 0 && handovers <= CaseLimits.HANDOVERS_MAX, "handovers", handovers);
    require(weight >= 0 && weight <= 1e6, "w", weight);
    require(fee >= 0 && fee <= 1e6, "fee", fee);
    require(badFlags >= 0 && goodFlags >= 0 && badFlags + goodFlags <= 1, "flags", badFlags);
    double dishonest =
        byzantine + adversaries.values().stream().mapToDouble(Double::doubleValue).sum();
    boolean shares = byzantine >= 0 && adversaries.values().stream().allMatch(share -> share >= 0);
    require(shares && dishonest <= 1, "share of adversaries", dishonest);
  }

  private static void require(boolean holds, String what, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(what + " cannot be " + value);
    }
  }

  /** Everybody honest, one author an answer, with the table's parameters. */
  public static SimulationSettings of(long seed, int cases, int committee) {
    return new SimulationSettings(
        seed, cases, committee, tableWeight(committee), 3, 0, Map.of(), 0, 0, 0, Crypto.STAND_IN);
  }

  /** The same with one hand-over, as requests are made unless they ask for something else. */
  public static SimulationSettings usual(long seed, int cases, int committee) {
    return of(seed, cases, committee).withHandovers(1);
  }

  /** w of the parameter table; for other committees the bound at a third Byzantine. */
  public static double tableWeight(int committee) {
    return OptionalDouble.of(
            WEIGHTS.getOrDefault(committee, HonestyBound.reference(committee, 1.0 / 3).weight()))
        .getAsDouble();
  }

  /** The same with other adversaries. */
  public SimulationSettings with(double byzantineShare, Map<String, Double> named) {
    return new SimulationSettings(
        seed,
        cases,
        committee,
        weight,
        fee,
        byzantineShare,
        named,
        badFlags,
        goodFlags,
        handovers,
        crypto);
  }

  /** The same with flags. */
  public SimulationSettings withFlags(double bad, double good) {
    return new SimulationSettings(
        seed, cases, committee, weight, fee, byzantine, adversaries, bad, good, handovers, crypto);
  }

  /** The same with other money. */
  public SimulationSettings withMoney(double w, double flatFee) {
    return new SimulationSettings(
        seed,
        cases,
        committee,
        w,
        flatFee,
        byzantine,
        adversaries,
        badFlags,
        goodFlags,
        handovers,
        crypto);
  }

  /** The same with other keys. */
  public SimulationSettings with(Crypto other) {
    return new SimulationSettings(
        seed,
        cases,
        committee,
        weight,
        fee,
        byzantine,
        adversaries,
        badFlags,
        goodFlags,
        handovers,
        other);
  }

  /** The same with answers that are handed over so often. */
  public SimulationSettings withHandovers(int times) {
    return new SimulationSettings(
        seed,
        cases,
        committee,
        weight,
        fee,
        byzantine,
        adversaries,
        badFlags,
        goodFlags,
        times,
        crypto);
  }

  /** The money parameters; deadlines are the table's, the dispute window the demo's. */
  Parameters parameters() {
    return Parameters.of(
            Math.round(weight * Parameters.UNITS_PER_CHECK),
            Math.round(fee * Parameters.UNITS_PER_CHECK),
            committee)
        .withDisputeTicks(Parameters.demo().disputeTicks())
        .withFlagTicks(badFlags + goodFlags > 0 ? FLAG_TICKS : 0)
        .withDuties(badFlags + goodFlags > 0 ? DUTIES : DutyTerms.NONE);
  }
}
