package io.verillm.gpu.worker;

import io.verillm.events.FlagKind;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.flag.FlagAccounts;
import io.verillm.protocol.flag.PlantedFlag;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts the requests of a worker's flags. A BAD one first has its cheat loaded, on a thread of its
 * own: other flags are opened meanwhile, and a machine without room for it costs bonds, not the
 * worker.
 */
final class FlagPost implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FlagPost.class);
  private static final int POSTED_MAX = 1_024;

  private final WorkerSettings settings;
  private final CheatDraw cheats;
  private final Topic topic;
  private final SignedProducer requests;
  private final ExecutorService loading;
  private final Set<UUID> unloaded = ConcurrentHashMap.newKeySet();
  private final SequencedSet<String> posted = new LinkedHashSet<>();
  private boolean paused;

  private FlagPost(WorkerSettings settings, CheatDraw cheats, SignedProducer requests) {
    this.settings = settings;
    this.cheats = cheats;
    this.topic = settings.catalogue().requests();
    this.requests = requests;
    this.loading =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name(settings.id() + "-cheat").daemon().factory());
  }

  /**
   * Connects.
   *
   * @throws org.apache.kafka.common.KafkaException if its user may not write requests: flags that
   *     are not written cost their bonds
   */
  static FlagPost connect(WorkerSettings settings, FlagSettings flags, CheatDraw cheats) {
    EventSigner first = new EventSigner(Signers.REQUESTER, FlagAccounts.key(settings.secret(), 0));
    FlagPost post =
        new FlagPost(settings, cheats, SignedProducer.idempotent(flags.poster(), first));
    try {
      post.requests.require(post.topic);
      return post;
    } catch (RuntimeException e) {
      post.close();
      throw e;
    }
  }

  /** Posts a flag; a BAD one as soon as its cheat can run, since its task is due then. */
  void post(PlantedFlag flag) {
    if (flag.kind() != FlagKind.BAD) {
      send(flag);
    } else if (unloaded.add(flag.requestId())) {
      loading.execute(() -> load(flag));
    }
  }

  private void load(PlantedFlag flag) {
    CheatDraw.Drawn cheat = cheats.of(flag);
    try {
      cheat.inference().prepare();
      send(flag);
    } catch (RuntimeException e) {
      if (!loading.isShutdown()) {
        LOG.atError()
            .addKeyValue("worker", settings.id())
            .addKeyValue("requestId", flag.requestId())
            .addKeyValue("cheat", cheat.label())
            .addKeyValue("cause", e.getMessage())
            .log("a BAD flag is not posted; it is tried again, and unless it is, its bond is lost");
      }
    } finally {
      unloaded.remove(flag.requestId());
    }
  }

  private void send(PlantedFlag flag) {
    if (!note(flag)) {
      return;
    }
    SignedRecord request = flag.signed(settings.id(), topic.name());
    requests.send(
        new ProducerRecord<>(
            request.topic(), null, request.key(), request.value(), SignedRecords.headers(request)));
  }

  private synchronized boolean note(PlantedFlag flag) {
    if (paused) {
      return false;
    }
    posted.add(flag.requestId().toString());
    if (posted.size() > POSTED_MAX) {
      posted.removeFirst();
    }
    return true;
  }

  synchronized boolean isPaused() {
    return paused;
  }

  /**
   * Posts no more.
   *
   * @return ids of the requests that were posted since the start, the last {@value #POSTED_MAX}
   */
  synchronized Set<String> pause() {
    paused = true;
    return Set.copyOf(posted);
  }

  @Override
  public void close() {
    loading.shutdownNow();
    requests.close();
  }
}
