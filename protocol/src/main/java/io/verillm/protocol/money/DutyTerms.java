package io.verillm.protocol.money;

import io.verillm.events.ParametersSet;

/**
 * How many flags workers owe (protocol, section 11.6).
 *
 * @param ticks length of a duty epoch in case time; 0: no duties
 * @param slots flags that one worker can owe in one shard and duty epoch
 * @param bad slots among {@link #PER_SLOTS} that owe a BAD flag
 * @param good slots among {@link #PER_SLOTS} that owe a GOOD flag
 * @param share flags among so many requests that all workers of a shard together are to owe; 0:
 *     there are {@code slots}, however many requests there are
 */
public record DutyTerms(int ticks, int slots, int bad, int good, int share) {
  /** Slots that the rates refer to. */
  public static final int PER_SLOTS = 10_000;

  /** Most slots: a worker proves all of them in one event. */
  public static final int SLOTS_MAX = 4_096;

  /** Least time to open a flag where duties run, in ticks of case time: four seconds. */
  public static final int FLAG_TICKS_MIN = 16;

  /** Least time behind a duty epoch in which it can still be met: two minutes. */
  public static final int LATE_TICKS_MIN = 480;

  /** Nobody owes anything. */
  public static final DutyTerms NONE = new DutyTerms(0, 0, 0, 0);

  /** Refuses rates that do not fit the slots. */
  public DutyTerms {
    if (ticks < 0 || slots < 0 || slots > SLOTS_MAX) {
      throw new IllegalArgumentException(
          "duties of %d ticks with %d slots, at most %d".formatted(ticks, slots, SLOTS_MAX));
    }
    if (bad < 0 || good < 0 || bad > PER_SLOTS - good) {
      throw new IllegalArgumentException(
          "%d BAD and %d GOOD flags of %d slots".formatted(bad, good, PER_SLOTS));
    }
    if (share < 0 || share > PER_SLOTS) {
      throw new IllegalArgumentException("%d flags of %d requests".formatted(share, PER_SLOTS));
    }
  }

  /** Slots that do not follow requests. */
  public DutyTerms(int ticks, int slots, int bad, int good) {
    this(ticks, slots, bad, good, 0);
  }

  /** The same with slots that follow requests. */
  public DutyTerms withShare(int perRequests) {
    return new DutyTerms(ticks, slots, bad, good, perRequests);
  }

  /**
   * Slots of each worker, so that those that work owe the share of the requests.
   *
   * @param requests accepted in a shard in as much time
   * @param workers that worked there
   */
  public int slots(long requests, long workers) {
    long owed = workers * (bad + good);
    return owed == 0 ? slots : Math.clamp(Math.ceilDiv(requests * share, owed), slots, slotsMax());
  }

  /** The most slots that a duty epoch can have. */
  public int slotsMax() {
    return share == 0 ? slots : SLOTS_MAX;
  }

  /** The terms that an event sets. */
  public static DutyTerms of(ParametersSet event) {
    return new DutyTerms(
        event.getDutyTicks(),
        event.getFlagSlots(),
        event.getBadFlags(),
        event.getGoodFlags(),
        event.getFlagShare());
  }

  /** Names what one worker owes in a duty epoch: the id of its loss, the key of its proof. */
  public static String key(int shard, long dutyEpoch, String worker) {
    return "duty/%d/%d/%s".formatted(shard, dutyEpoch, worker);
  }

  /** Case time from the announcement on, in ticks, from which nothing counts any more. */
  public long countedTicks() {
    return (long) ticks + Math.max(ticks, LATE_TICKS_MIN);
  }

  /** Whether workers owe flags at all. */
  public boolean run() {
    return ticks > 0 && slots > 0;
  }
}
