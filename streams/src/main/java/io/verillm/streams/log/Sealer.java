package io.verillm.streams.log;

import io.verillm.events.Seal;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.LogFault;
import io.verillm.protocol.log.SealState;
import io.verillm.streams.log.SealerRecovery.Recovered;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Groups;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the epochs of the log: writes a seal over all new public records, every {@code busy} while
 * a request is open, else every {@code idle} or soon after a record came, and once all witnesses
 * have cosigned it, or were shown to withhold, a closed epoch to every shard, in epoch order. Seals
 * never wait for cosignatures.
 *
 * <p>It stops, and {@link #ended} says why, when Kafka fails, when a second sealer took over, or
 * when the log does not hold any more what was sealed. A new one goes on from the log alone.
 */
public final class Sealer implements AutoCloseable {
  /** A second sealer with the same id fences the first. */
  private static final String TRANSACTIONAL_ID = Groups.SEALER;

  /** Shards learn of the witnesses while the first epochs are sealed. */
  private static final long WARN_EPOCHS = 2;

  private static final Duration POLL_MAX = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(Sealer.class);

  private final Catalogue catalogue;
  private final InstantSource clock;
  private final SignedProducer producer;
  private final PublicLog log;
  private final SealerView view;
  private final SealClock due;
  private final CheckpointSink checkpoints;
  private SealState state;
  private boolean warnedOfWitnesses;
  private final LogLoop loop;

  private Sealer(
      SealerSettings settings,
      Catalogue catalogue,
      InstantSource clock,
      SignedProducer producer,
      Recovered from) {
    this.catalogue = catalogue;
    this.clock = clock;
    this.producer = producer;
    this.log = from.log();
    this.view = from.view();
    this.state = from.state();
    this.checkpoints = settings.checkpoints();
    this.due = new SealClock(settings, System.nanoTime());
    LOG.atInfo()
        .addKeyValue("epoch", state.chain().nextEpoch())
        .addKeyValue("readFrom", from.readFrom())
        .addKeyValue("signer", producer.signer().name())
        .log("sealer goes on");
    this.loop = new LogLoop("sealer", log, this::step, producer::close);
  }

  /**
   * Recovers from the log and starts sealing; the topics must exist.
   *
   * @param signer the coordinator's key under the sealer's name
   * @param clock gives the seals their time
   * @throws IllegalStateException if the log does not hold what was sealed
   */
  public static Sealer start(
      SealerSettings settings, Catalogue catalogue, EventSigner signer, InstantSource clock) {
    KafkaAccess access = settings.access();
    SignedProducer producer = SignedProducer.transactional(access, signer, TRANSACTIONAL_ID);
    try {
      VerifyKey own = signer.key().publicKey();
      Recovered from = new SealerRecovery(access, catalogue, own).recover();
      return new Sealer(settings, catalogue, clock, producer, from);
    } catch (RuntimeException e) {
      producer.close();
      throw e;
    }
  }

  /** Completes when the sealer ends; exceptionally where it failed. */
  public CompletableFuture<Void> ended() {
    return loop.ended();
  }

  /** Stops after the step in progress. */
  @Override
  public void close() {
    loop.close();
  }

  private void step() {
    if (untilDue().isZero()) {
      seal();
    }
    Duration wait = untilDue();
    log.poll(wait.compareTo(POLL_MAX) < 0 ? wait : POLL_MAX).forEach(this::note);
    closeEpochs();
  }

  private Duration untilDue() {
    return due.untilDue(view.busy(), System.nanoTime());
  }

  private void note(SignedRecord record) {
    if (view.note(record)) {
      due.arrived(System.nanoTime());
    }
  }

  private void seal() {
    // Before the cut, so that what comes while it is read is not forgotten.
    due.sealed(System.nanoTime());
    // Witnesses ask that all is in it that lay on the log at its time: reading may take long.
    long time = clock.millis();
    List<Topic> causes = List.of(catalogue.accepted(), catalogue.registry());
    EpochRecords records = log.take(log.causalCut(causes, this::note));
    Seal seal = state.seal(records, time, producer.signer().key());
    ProducerRecord<byte[], byte[]> record =
        SignedRecords.signed(
            catalogue.seals(), 0, RecordKeys.epoch(seal.getEpoch()), seal, producer.signer());
    producer.begin();
    producer.send(record);
    producer.commit();
    SignedRecord signed =
        SignedRecords.from(record.topic(), 0, -1, record.key(), record.value(), record.headers());
    state = SealerRecovery.follow(state, signed, records);
    view.epochs().sealed(signed, seal);
  }

  private void closeEpochs() {
    if (!warnedOfWitnesses && !view.knowsWitnesses() && state.chain().nextEpoch() > WARN_EPOCHS) {
      warnedOfWitnesses = true;
      LOG.atWarn().log("epochs stay open: not every shard knows the coordinator's witnesses yet");
    }
    Optional<Closing> next = view.next();
    while (next.isPresent()) {
      publish(next.get());
      long epoch = next.get().closed().getEpoch();
      view.epochs().closed(epoch);
      checkpoints.closed(epoch, next.get().checkpoint());
      next = view.next();
    }
  }

  private void publish(Closing closing) {
    producer.begin();
    for (int shard = 0; shard < catalogue.shards(); shard++) {
      byte[] key = RecordKeys.shard(shard);
      for (WitnessRemoved removed : closing.removed()) {
        producer.send(catalogue.shardInputs(), shard, key, removed);
      }
      producer.send(catalogue.shardInputs(), shard, key, closing.closed());
    }
    producer.commit();
  }

  /** Cosignatures that did not count, by fault. */
  public Map<LogFault, Long> faults() {
    return view.epochs().faults();
  }
}
