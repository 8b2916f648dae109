package io.verillm.protocol.sim;

import io.verillm.protocol.check.CaseLimits;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.money.HonestyBound;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.sim.adversary.Gallery;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is simulated.
 *
 * @param seed of everything random
 * @param cases requests
 * @param committee m, checkers of round 1
 * @param money what is paid, and what there is to pay with
 * @param crowd who deviates
 * @param flags how many requests are planted
 * @param handovers how often an answer is handed over
 * @param outliers share of honest computations, of segments and of checks, that others cannot
 *     follow
 * @param crypto kind of keys
 */
public record SimulationSettings(
    long seed,
    int cases,
    int committee,
    Money money,
    Crowd crowd,
    Flags flags,
    int handovers,
    double outliers,
    Crypto crypto) {

  /**
   * Money, in c.
   *
   * @param weight w
   * @param fee flat fee
   * @param stake what each worker brings in
   * @param funding what the treasury begins with
   */
  public record Money(double weight, double fee, double stake, double funding) {
    /** Of the largest amounts, so that neither ever ends. */
    static final double STAKE = 1e10;

    static final double FUNDING = 1e13;

    /** Checks the ranges. */
    public Money {
      require(weight >= 0 && weight <= 1e6, "w", weight);
      require(fee >= 0 && fee <= 1e6, "fee", fee);
      require(stake >= 0 && stake <= STAKE, "stake", stake);
      require(funding >= 0 && funding <= FUNDING, "funding", funding);
    }

    long stakeUnits() {
      return Math.round(stake * Parameters.UNITS_PER_CHECK);
    }

    long fundingUnits() {
      return Math.round(funding * Parameters.UNITS_PER_CHECK);
    }
  }

  /**
   * Shares of the workers that are not honest.
   *
   * @param byzantine share that votes against the truth
   * @param named shares by behaviour
   */
  public record Crowd(double byzantine, Map<String, Double> named) {
    private static final double EACH = 0.005;
    private static final double EACH_RARE = 0.03;

    /** Copies the map and checks the ranges. */
    public Crowd {
      named = Map.copyOf(new TreeMap<>(named));
      double dishonest = byzantine + named.values().stream().mapToDouble(Double::doubleValue).sum();
      boolean shares = byzantine >= 0 && named.values().stream().allMatch(share -> share >= 0);
      require(shares && dishonest <= 1, "share of adversaries", dishonest);
    }

    /**
     * Every behaviour of the gallery at once, by name: so many of each that a gain can be told. Of
     * coalitions more, since theirs is a difference of two runs, and of sentinels, since few
     * requests are planted.
     */
    public static Map<String, Double> everybody() {
      Map<String, Double> all = new TreeMap<>();
      Gallery.all()
          .forEach((name, who) ->
              all.put(name, who.isCoalition() || who.cheatsAsSentinel() ? EACH_RARE : EACH));
      return all;
    }
  }

  /**
   * Shares of the requests that are planted.
   *
   * @param bad BAD flags
   * @param good GOOD flags
   */
  public record Flags(double bad, double good) {
    /** Checks the ranges. */
    public Flags {
      require(bad >= 0 && good >= 0 && bad + good <= 1, "flags", bad);
    }

    boolean any() {
      return bad + good > 0;
    }
  }

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

  private static final double FEE = 3;

  /** Checks the ranges. */
  public SimulationSettings {
    require(cases >= 1, "cases", cases);
    require(committee >= 1 && committee <= 21 && committee % 2 == 1, "committee", committee);
    require(handovers >= 0 && handovers <= CaseLimits.HANDOVERS_MAX, "handovers", handovers);
    require(outliers >= 0 && outliers < 1, "outliers", outliers);
  }

  private static void require(boolean holds, String what, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(what + " cannot be " + value);
    }
  }

  /** Everybody honest, one author an answer, with the table's parameters. */
  public static SimulationSettings of(long seed, int cases, int committee) {
    return new SimulationSettings(
        seed,
        cases,
        committee,
        new Money(tableWeight(committee), FEE, Money.STAKE, Money.FUNDING),
        new Crowd(0, Map.of()),
        new Flags(0, 0),
        0,
        0,
        Crypto.STAND_IN);
  }

  /** The same with one hand-over, as requests are made unless they ask for something else. */
  public static SimulationSettings usual(long seed, int cases, int committee) {
    return of(seed, cases, committee).withHandovers(1);
  }

  /** w of the parameter table in c, by its rule for committees that it has no column for. */
  public static double tableWeight(int committee) {
    return HonestyBound.measured(committee).wholeWeight();
  }

  /** The same with other adversaries. */
  public SimulationSettings with(double byzantineShare, Map<String, Double> named) {
    return copy(money, new Crowd(byzantineShare, named), flags, handovers, outliers, crypto);
  }

  /** The same with flags. */
  public SimulationSettings withFlags(double bad, double good) {
    return copy(money, crowd, new Flags(bad, good), handovers, outliers, crypto);
  }

  /** The same with another w and another flat fee. */
  public SimulationSettings withMoney(double w, double flatFee) {
    return with(new Money(w, flatFee, money.stake(), money.funding()));
  }

  /** The same with workers that bring in so much, and a treasury that begins with so much. */
  public SimulationSettings withHoldings(double stake, double funding) {
    return with(new Money(money.weight(), money.fee(), stake, funding));
  }

  private SimulationSettings with(Money other) {
    return copy(other, crowd, flags, handovers, outliers, crypto);
  }

  /** The same with other keys. */
  public SimulationSettings with(Crypto other) {
    return copy(money, crowd, flags, handovers, outliers, other);
  }

  /** The same with answers that are handed over so often. */
  public SimulationSettings withHandovers(int times) {
    return copy(money, crowd, flags, times, outliers, crypto);
  }

  /** The same with honest computations of which so many fail. */
  public SimulationSettings withOutliers(double share) {
    return copy(money, crowd, flags, handovers, share, crypto);
  }

  private SimulationSettings copy(
      Money cash, Crowd who, Flags planted, int times, double failing, Crypto keys) {
    return new SimulationSettings(seed, cases, committee, cash, who, planted, times, failing, keys);
  }

  /** The money parameters; deadlines are the table's, the dispute window the demo's. */
  Parameters parameters() {
    return Parameters.of(
            Math.round(money.weight() * Parameters.UNITS_PER_CHECK),
            Math.round(money.fee() * Parameters.UNITS_PER_CHECK),
            committee)
        .withDisputeTicks(Parameters.demo().disputeTicks())
        .withFlagTicks(flags.any() ? FLAG_TICKS : 0)
        .withDuties(flags.any() ? DUTIES : DutyTerms.NONE);
  }
}
