package io.verillm.protocol.money;

import io.verillm.events.ParametersSet;
import io.verillm.protocol.check.CaseLimits;

/**
 * Money in units and time in ticks (protocol, section 11). All shards and the ledger's clients take
 * them from the one {@code ParametersSet} that is in force.
 *
 * @param version counts up
 * @param checkCost c, cost of one honest check
 * @param peerWeight w of peer prediction
 * @param flatFee paid to a checker with a valid consistent opening
 * @param slashBadFlag S_bad, a BAD flag accepted
 * @param slashGoodFlag S_good, a GOOD flag rejected
 * @param slashOpening S_open
 * @param slashMissing S_miss
 * @param slashAuthor from the author of a REJECTED segment; see {@link #slashLeft}
 * @param lock stake locked for each open task
 * @param prefillTicks deadline of PREFILL commitments
 * @param segmentTicks deadline of FINAL commitments
 * @param openingTicks deadline of openings
 * @param voteTicks deadline of votes
 * @param disputeTicks window for a dispute
 * @param flagTicks window for a flag behind the last verdict; 0: no flag counts
 * @param waitTicks how long a granted request waits until an author and a whole committee are
 *     ready; 0: one ready worker is enough, and it waits for {@code segmentTicks}
 * @param duties flags that workers owe; a flag that nobody owes does not count
 */
public record Parameters(
    int version,
    long checkCost,
    long peerWeight,
    long flatFee,
    long slashBadFlag,
    long slashGoodFlag,
    long slashOpening,
    long slashMissing,
    long slashAuthor,
    long lock,
    int prefillTicks,
    int segmentTicks,
    int openingTicks,
    int voteTicks,
    int disputeTicks,
    int flagTicks,
    int waitTicks,
    DutyTerms duties) {

  /** Units of one c. */
  public static final long UNITS_PER_CHECK = 100;

  /** The reserve is one fifth of price and fees. */
  private static final long RESERVE_DIVISOR = 5;

  private static final int DEMO_DISPUTE_TICKS = 8;

  /** The table's column for m = 3 checkers. */
  public static Parameters standard() {
    return standard(3);
  }

  /** The table's column for m = 7 checkers. */
  public static Parameters standardOfSeven() {
    return standard(7);
  }

  private static Parameters standard(int checkers) {
    long weight = HonestyBound.measured(checkers).wholeWeight();
    return of(weight * UNITS_PER_CHECK, 3 * UNITS_PER_CHECK, checkers);
  }

  /** {@link #standard()} with a dispute window that nobody has to wait for. */
  public static Parameters demo() {
    return standard().withDisputeTicks(DEMO_DISPUTE_TICKS);
  }

  /**
   * The table for another w, fee and committee. S_open follows w. The author's slash, which is the
   * largest that a lock covers, is what one bad segment can cost, and 100 checks.
   *
   * @param peerWeight w in units
   * @param flatFee in units
   * @param checkers m of requests with any number of hand-overs
   */
  public static Parameters of(long peerWeight, long flatFee, int checkers) {
    long hundred = 100 * UNITS_PER_CHECK;
    long author = damage(peerWeight, flatFee, checkers, CaseLimits.HANDOVERS_MAX) + hundred;
    return new Parameters(
        1,
        UNITS_PER_CHECK,
        peerWeight,
        flatFee,
        hundred,
        hundred,
        peerWeight + hundred,
        5 * UNITS_PER_CHECK,
        author,
        author,
        240,
        2_400,
        120,
        120,
        240,
        0,
        0,
        DutyTerms.NONE);
  }

  /**
   * The most that a REJECTED segment makes others pay, in units: 2 w for each scored vote, since
   * peer prediction pays nobody more for a case, and the fees of both rounds.
   */
  private static long damage(long peerWeight, long flatFee, int checkers, int handovers) {
    long scored = (long) checkers + handovers;
    long fees = Math.multiplyExact(scored + secondCommittee(checkers), flatFee);
    return Math.addExact(Math.multiplyExact(scored, Math.multiplyExact(2L, peerWeight)), fees);
  }

  private static long secondCommittee(int checkers) {
    return 2L * checkers + 1;
  }

  /**
   * What is left of an author's slash when all that its REJECTED segment can cost is paid, in
   * units. Below zero: a coalition could gain by sacrificing an author, so no such request becomes
   * a case.
   *
   * @throws ArithmeticException where it does not fit
   */
  public long slashLeft(int checkers, int handovers) {
    return Math.min(slashAuthor, lock) - damage(peerWeight, flatFee, checkers, handovers);
  }

  /** The same but for the dispute window. */
  public Parameters withDisputeTicks(int ticks) {
    return with(ticks, flagTicks, waitTicks, duties);
  }

  /** The same but for the window in which flags are opened. */
  public Parameters withFlagTicks(int ticks) {
    return with(disputeTicks, ticks, waitTicks, duties);
  }

  /** The same but for the flags that workers owe. */
  public Parameters withDuties(DutyTerms terms) {
    return with(disputeTicks, flagTicks, waitTicks, terms);
  }

  /** The same but for how long requests wait for workers that rest. */
  public Parameters withWaitTicks(int ticks) {
    return with(disputeTicks, flagTicks, ticks, duties);
  }

  private Parameters with(int dispute, int flag, int wait, DutyTerms terms) {
    return new Parameters(
        version,
        checkCost,
        peerWeight,
        flatFee,
        slashBadFlag,
        slashGoodFlag,
        slashOpening,
        slashMissing,
        slashAuthor,
        lock,
        prefillTicks,
        segmentTicks,
        openingTicks,
        voteTicks,
        dispute,
        flag,
        wait,
        terms);
  }

  /**
   * R of a request in units.
   *
   * @throws ArithmeticException where it does not fit
   */
  public static long price(int maxTokens, long pricePerToken) {
    return Math.multiplyExact((long) maxTokens, pricePerToken);
  }

  /**
   * What a requester reserves, in units: price, flat fees, and a reserve of a fifth of both that is
   * rounded up to a whole unit.
   *
   * @param fees one for each member of the committee and each hand-over
   * @throws ArithmeticException where it does not fit
   */
  public long escrow(long price, int fees) {
    long base = Math.addExact(price, Math.multiplyExact((long) fees, flatFee));
    return Math.addExact(base, Math.ceilDiv(base, RESERVE_DIVISOR));
  }

  /** The reserve inside an amount that {@link #escrow} made; rounding is undone exactly. */
  public static long reserveOf(long escrow) {
    return Math.ceilDiv(escrow, RESERVE_DIVISOR + 1);
  }

  /**
   * Bond of a dispute in units: the fees of the largest second committee, and 100 checks.
   *
   * @param checkers members of round 1
   * @throws ArithmeticException where it does not fit
   */
  public long bond(int checkers) {
    long fees = Math.multiplyExact(secondCommittee(checkers), flatFee);
    return Math.addExact(fees, Math.multiplyExact(100L, checkCost));
  }

  /** Parameters as an event. */
  public ParametersSet toEvent() {
    return new ParametersSet(
        version,
        checkCost,
        peerWeight,
        flatFee,
        slashBadFlag,
        slashGoodFlag,
        slashOpening,
        slashMissing,
        slashAuthor,
        lock,
        prefillTicks,
        segmentTicks,
        openingTicks,
        voteTicks,
        disputeTicks,
        flagTicks,
        duties.ticks(),
        duties.slots(),
        duties.bad(),
        duties.good(),
        waitTicks,
        duties.share());
  }

  /** Parameters that an event sets. */
  public static Parameters of(ParametersSet event) {
    return new Parameters(
        event.getVersion(),
        event.getCheckCost(),
        event.getPeerWeight(),
        event.getFlatFee(),
        event.getSlashBadFlag(),
        event.getSlashGoodFlag(),
        event.getSlashOpening(),
        event.getSlashMissing(),
        event.getSlashAuthor(),
        event.getLock(),
        event.getPrefillTicks(),
        event.getSegmentTicks(),
        event.getOpeningTicks(),
        event.getVoteTicks(),
        event.getDisputeTicks(),
        event.getFlagTicks(),
        event.getWaitTicks(),
        DutyTerms.of(event));
  }
}
