package io.verillm.protocol.flag;

import io.verillm.events.DutyBegun;
import io.verillm.events.FlagDuty;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.money.DutyTerms;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * One worker's duties: which flags it plants, when, and when it proves them. Everything about a
 * flag follows from the worker's secret and the duty epoch, so a worker that was restarted plants
 * the very same requests and nothing is kept on a disk. Driven by the log's events and a clock; not
 * safe for use by several threads.
 */
public final class Sentinel {
  /** A request that is not admitted is posted again so soon, and then ever more seldom. */
  private static final long AGAIN_MILLIS = 10_000;

  /** One that is well is admitted long before. */
  private static final long LATE_MILLIS = 60_000;

  private final FlagPlan plan;
  private final TreeMap<DutyKey, Duty> duties = new TreeMap<>();

  private record DutyKey(int shard, long number) implements Comparable<DutyKey> {
    @Override
    public int compareTo(DutyKey other) {
      return shard != other.shard
          ? Integer.compare(shard, other.shard)
          : Long.compare(number, other.number);
    }
  }

  /** A duty epoch as this worker has to meet it. */
  private static final class Duty {
    private final DutyEpoch epoch;
    private final long beganMillis;
    private final long lengthMillis;
    private final List<Posting> unadmitted = new ArrayList<>();
    private final List<PlantedFlag> unopened = new ArrayList<>();
    private boolean drawn;
    private boolean proved;

    Duty(DutyEpoch epoch, long beganMillis) {
      this.epoch = epoch;
      this.beganMillis = beganMillis;
      this.lengthMillis = epoch.lengthMillis();
    }
  }

  /** A flag until its request is admitted. */
  private static final class Posting {
    private final PlantedFlag flag;
    private long firstMillis = -1;
    private long lastMillis;
    private boolean told;

    Posting(PlantedFlag flag) {
      this.flag = flag;
    }

    private boolean isDue(long nowMillis) {
      return firstMillis < 0
          ? flag.atMillis() <= nowMillis
          : nowMillis - lastMillis >= Math.max(AGAIN_MILLIS, lastMillis - firstMillis);
    }

    private void posted(long nowMillis) {
      firstMillis = firstMillis < 0 ? nowMillis : firstMillis;
      lastMillis = nowMillis;
    }

    private boolean isLate(long nowMillis) {
      return !told && firstMillis >= 0 && nowMillis - firstMillis >= LATE_MILLIS;
    }
  }

  /**
   * A worker that knows of no duty yet.
   *
   * @param secret 32 bytes that never leave the worker
   * @param shardOf the shard of a request's id
   * @param prompts what others ask for, at least one
   */
  public Sentinel(
      String worker,
      byte[] secret,
      VrfKey key,
      ToIntFunction<String> shardOf,
      List<FlagPrompt> prompts) {
    this.plan = new FlagPlan(worker, secret, key, shardOf, prompts);
  }

  /** Takes note of a duty epoch; of one that it knows already nothing comes. */
  public void begun(DutyBegun event) {
    DutyKey id = new DutyKey(event.getShard(), event.getDutyEpoch());
    if (duties.containsKey(id)) {
      return;
    }
    Duty duty = new Duty(DutyEpoch.of(event), event.getTimeMillis());
    duties.put(id, duty);
    duties
        .subMap(new DutyKey(id.shard(), 0), id)
        .entrySet()
        .removeIf(entry ->
            isClosed(entry.getValue().epoch.terms(), id.number() - entry.getKey().number(), duty));
  }

  /**
   * Whether so many duty epochs later nothing counts any more. Each of them lasted its length at
   * least, in case time, which a clock does not tell.
   */
  private static boolean isClosed(DutyTerms terms, long later, Duty latest) {
    long length = Math.min(terms.ticks(), latest.epoch.terms().ticks());
    return later * length >= terms.countedTicks();
  }

  /**
   * Duties that can still be met. What is owed is drawn when it is first asked for: who reads a
   * long log from its beginning meets many that are over.
   */
  private Collection<Duty> open() {
    duties.values().stream().filter(duty -> !duty.drawn).forEach(this::draw);
    return duties.values();
  }

  private void draw(Duty duty) {
    duty.drawn = true;
    for (PlantedFlag flag : plan.flags(duty.epoch, duty.beganMillis)) {
      duty.unadmitted.add(new Posting(flag));
      duty.unopened.add(flag);
    }
  }

  /**
   * Flags that are to be posted now: those whose time has come, and again those that nobody has
   * admitted: a posting can fail, or be refused for what is mended later. What was refused for want
   * of funds stays refused.
   */
  public List<PlantedFlag> due(long nowMillis) {
    List<Posting> due = postings().filter(posting -> posting.isDue(nowMillis)).toList();
    due.forEach(posting -> posting.posted(nowMillis));
    return due.stream().map(posting -> posting.flag).toList();
  }

  /** Takes note that a request is admitted: it is not posted again. */
  public void admitted(String requestId) {
    for (Duty duty : open()) {
      duty.unadmitted.removeIf(posting -> isOf(posting.flag, requestId));
    }
  }

  /** Flags that were posted a minute ago and are not admitted, each once. */
  public List<PlantedFlag> late(long nowMillis) {
    List<Posting> late = postings().filter(posting -> posting.isLate(nowMillis)).toList();
    late.forEach(posting -> posting.told = true);
    return late.stream().map(posting -> posting.flag).toList();
  }

  private Stream<Posting> postings() {
    return open().stream().flatMap(duty -> duty.unadmitted.stream());
  }

  /** The flag of this worker in a request that is final, once. */
  public Optional<PlantedFlag> ended(String requestId) {
    Optional<PlantedFlag> flag =
        flags().stream().filter(found -> isOf(found, requestId)).findFirst();
    flag.ifPresent(found -> duties.values().forEach(duty -> duty.unopened.remove(found)));
    admitted(requestId);
    return flag;
  }

  /** Whether a request is that of a flag which is not final yet. */
  public boolean plants(String requestId) {
    return flags().stream().anyMatch(flag -> isOf(flag, requestId));
  }

  private static boolean isOf(PlantedFlag flag, String requestId) {
    return flag.requestId().toString().equals(requestId);
  }

  /** The flag whose request samples from this seed; of one that is open still. */
  public Optional<PlantedFlag> ofSeed(Hash seed) {
    return flags().stream().filter(flag -> flag.seed().equals(seed)).findFirst();
  }

  private List<PlantedFlag> flags() {
    return open().stream().flatMap(duty -> duty.unopened.stream()).toList();
  }

  /**
   * Proofs of duties, each once: as soon as all of its flags are opened and none can follow, since
   * a proof tells how many there are; at the latest half of a length behind the end.
   */
  public List<FlagDuty> proofs(long nowMillis) {
    List<FlagDuty> proofs = new ArrayList<>();
    for (Duty duty : open()) {
      long age = nowMillis - duty.beganMillis;
      boolean due = age >= duty.lengthMillis / 2 * (duty.unopened.isEmpty() ? 1 : 3);
      if (due && !duty.proved) {
        duty.proved = true;
        proofs.add(plan.proof(duty.epoch));
      }
    }
    // Case time stands still in an outage and in an idle log: there is more time than this.
    duties.values().removeIf(duty -> duty.proved && duty.unopened.isEmpty());
    return proofs;
  }
}
