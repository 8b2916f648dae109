package io.verillm.gpu.worker;

import io.verillm.events.DutyBegun;
import io.verillm.events.FlagKind;
import io.verillm.events.MemberRole;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.gpu.task.Inference;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.flag.PlantedFlag;
import io.verillm.protocol.flag.Sentinel;
import io.verillm.protocol.money.Accounts;
import io.verillm.topics.Catalogue;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plants a worker's flags, opens them behind their last verdicts and proves its duties, on one
 * thread. What is to be done {@link Sentinel} says.
 */
final class FlagDesk implements FlagFeed.Listener, Runnable, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FlagDesk.class);

  private final WorkerSettings settings;
  private final Catalogue catalogue;
  private final CheatDraw cheats;
  private final Outbox outbox;
  private final Sentinel sentinel;
  private final FlagFeed feed;
  private final FlagPost post;

  /**
   * Requests of its own flags that this worker has begun to write, until their flags are opened.
   */
  private final Set<String> inHand = new HashSet<>();

  private long unadmitted;
  private volatile boolean stopping;

  private FlagDesk(
      WorkerSettings settings,
      FlagSettings flags,
      CheatDraw cheats,
      Outbox outbox,
      FlagFeed feed,
      FlagPost post) {
    this.settings = settings;
    this.catalogue = settings.catalogue();
    this.cheats = cheats;
    this.outbox = outbox;
    this.feed = feed;
    this.post = post;
    this.sentinel =
        new Sentinel(
            settings.id(), settings.secret(), settings.vrf(), catalogue::shardOf, flags.prompts());
  }

  /**
   * Connects; {@link #run} does the rest.
   *
   * @throws CannotPlantFlags if it can run no cheat that would be found
   */
  static FlagDesk connect(WorkerSettings settings, FlagSettings flags, LogView log, Outbox outbox) {
    CheatDraw cheats = CheatDraw.of(flags, log.registry());
    FlagPost post = FlagPost.connect(settings, flags, cheats);
    FlagFeed feed = FlagFeed.connect(settings, log);
    FlagDesk desk = new FlagDesk(settings, flags, cheats, outbox, feed, post);
    try {
      feed.begin(desk);
      return desk;
    } catch (RuntimeException e) {
      feed.close();
      post.close();
      throw e;
    }
  }

  @Override
  public void run() {
    try (feed;
        post) {
      while (!stopping) {
        feed.poll(this);
        act(System.currentTimeMillis());
      }
    } catch (WakeupException stopped) {
      // close() was called.
    }
  }

  @Override
  public synchronized void begun(DutyBegun event) {
    try {
      sentinel.begun(event);
    } catch (IllegalArgumentException e) {
      LOG.atWarn().addKeyValue("worker", settings.id()).log("no duty: {}", e.getMessage());
    }
  }

  @Override
  public synchronized boolean plants(String requestId) {
    return sentinel.plants(requestId) || inHand.contains(requestId);
  }

  @Override
  public synchronized void admitted(String requestId) {
    sentinel.admitted(requestId);
  }

  @Override
  public void ended(Verdict verdict, int shard) {
    Optional<PlantedFlag> flag;
    synchronized (this) {
      flag = sentinel.ended(verdict.getRequestId());
    }
    if (isMine(verdict)) {
      flag.ifPresent(found -> outbox.flag(shard, found.opening(cheats.of(found).label())));
    } else if (authors(verdict).findAny().isPresent()) {
      flag.ifPresent(
          found -> outbox.claim(shard, found.ignored(settings.id(), catalogue.requests().name())));
    }
    synchronized (this) {
      inHand.remove(verdict.getRequestId());
      notifyAll();
    }
  }

  /** Whether the coordinator gave the request to this worker, whole, as it must. */
  private boolean isMine(Verdict verdict) {
    return verdict.getSegments() == 1
        && authors(verdict).findFirst().filter(settings.id()::equals).isPresent();
  }

  private static Stream<String> authors(Verdict verdict) {
    return verdict.getMembers().stream()
        .filter(member -> member.getRole() == MemberRole.AUTHOR)
        .map(VerdictMember::getWorker);
  }

  private void act(long nowMillis) {
    List<PlantedFlag> due;
    List<PlantedFlag> late;
    synchronized (this) {
      due = post.isPaused() ? List.of() : sentinel.due(nowMillis);
      late = sentinel.late(nowMillis);
    }
    due.forEach(post::post);
    late.forEach(this::tell);
    synchronized (this) {
      sentinel.proofs(nowMillis).forEach(proof -> outbox.duty(proof.getShard(), proof));
    }
  }

  private void tell(PlantedFlag flag) {
    LOG.atError()
        .addKeyValue("worker", settings.id())
        .addKeyValue("requestId", flag.requestId())
        .addKeyValue("account", Accounts.requester(flag.requester().publicKey()))
        .addKeyValue("sinceStart", ++unadmitted)
        .log(
            "a flag is not admitted within a minute; unless it is, its bond is lost. One that was"
                + " refused for want of funds stays refused: later flags need funds on its account");
  }

  /** Begins a task; says how the one with this sampling seed cheats, if it is its own BAD flag. */
  synchronized Optional<Inference> cheat(Hash seed) {
    Optional<PlantedFlag> flag = sentinel.ofSeed(seed);
    flag.ifPresent(own -> inHand.add(own.requestId().toString()));
    return flag.filter(own -> own.kind() == FlagKind.BAD).map(own -> cheats.of(own).inference());
  }

  /**
   * Plants no more, and waits until the flags whose answers this worker wrote are opened: one that
   * is not opened costs it the slash of an author that cheated.
   *
   * @param limit how long to wait at most
   * @return whether all are opened
   */
  synchronized boolean settle(Duration limit) throws InterruptedException {
    post.pause();
    long end = System.nanoTime() + limit.toNanos();
    for (long left = limit.toNanos();
        !inHand.isEmpty() && left > 0;
        left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return inHand.isEmpty();
  }

  /**
   * Plants no more.
   *
   * @return ids of the requests that were planted since the start, the last thousand
   */
  Set<String> pause() {
    return post.pause();
  }

  @Override
  public void close() {
    if (!stopping) {
      stopping = true;
      feed.wakeup();
    }
  }
}
