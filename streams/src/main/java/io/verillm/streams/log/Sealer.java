package io.verillm.streams.log;

import io.verillm.events.Cosignature;
import io.verillm.events.EpochClosed;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.Seal;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.EventVerifier;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.log.Checked;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.LogFault;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealState;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.streams.log.SealArrivals.Arrival;
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
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the epochs of the log: writes a seal over all new public records, every {@code busy} while
 * a request is open, else every {@code idle} or soon after a record came, and once all witnesses
 * have cosigned it a closed epoch to every shard, in epoch order. Seals never wait for
 * cosignatures.
 *
 * <p>It stops, and {@link #ended} says why, when Kafka fails, when a second sealer took over, or
 * when the log does not hold any more what was sealed. A new one goes on from the log alone.
 */
public final class Sealer implements AutoCloseable {
  /** A second sealer with the same id fences the first. */
  public static final String TRANSACTIONAL_ID = Groups.SEALER;

  /** Shards learn of the witnesses while the first epochs are sealed. */
  private static final long WARN_EPOCHS = 2;

  private static final Duration POLL_MAX = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(Sealer.class);

  private final Catalogue catalogue;
  private final InstantSource clock;
  private final SignedProducer producer;
  private final PublicLog log;
  private final OpenRequests requests = new OpenRequests();
  private final OpenEpochs epochs = new OpenEpochs();
  private final SpineWitnesses witnesses;
  private final SealClock due;
  private SealState state;
  private long closedThrough = -1;
  private boolean warnedOfWitnesses;
  private final LogLoop loop;

  private Sealer(
      SealerSettings settings,
      Catalogue catalogue,
      EventSigner signer,
      InstantSource clock,
      SignedProducer producer,
      PublicLog log) {
    this.catalogue = catalogue;
    this.clock = clock;
    this.producer = producer;
    this.log = log;
    this.witnesses = new SpineWitnesses(catalogue, settings.witnesses());
    this.state = SealState.start(PublicLog.sealedPartitions(catalogue));
    recover(settings.access());
    this.due = new SealClock(settings, System.nanoTime());
    LOG.atInfo()
        .addKeyValue("epoch", state.chain().nextEpoch())
        .addKeyValue("signer", signer.name())
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
    PublicLog log = new PublicLog(access, catalogue, List.of(catalogue.cosignatures()));
    try {
      return new Sealer(settings, catalogue, signer, clock, producer, log);
    } catch (RuntimeException e) {
      log.close();
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

  private void recover(KafkaAccess access) {
    // Seals first: every record that they seal is then before the ends that are read next.
    var seals = PublicLog.readAll(access, List.of(catalogue.seals()));
    log.catchUp(this::observe);
    SealArrivals arrivals = new SealArrivals(producer.signer().key().publicKey());
    for (SignedRecord record : seals) {
      Checked<Optional<Arrival>> arrival = arrivals.admit(record, clock.millis());
      if (arrival instanceof Checked.Refused<Optional<Arrival>> refused) {
        LOG.atWarn()
            .addKeyValue("fault", refused.fault())
            .log("seal passed over: {}", refused.detail());
      }
      arrival
          .sound()
          .flatMap(found -> found)
          .map(Arrival::seal)
          .ifPresent(seal -> {
            follow(record, log.take(SealRanges.ends(seal)));
            epochs.sealed(seal.getEpoch(), record);
          });
    }
    epochs.closed(closedThrough);
  }

  private void follow(SignedRecord seal, EpochRecords records) {
    Checked<SealState> checked = SealCheck.check(state, seal.value(), records);
    if (checked instanceof Checked.Refused<SealState> refused) {
      throw new IllegalStateException(
          "the log does not hold what epoch %d sealed: %s, %s"
              .formatted(state.chain().nextEpoch(), refused.fault(), refused.detail()));
    }
    state = checked.sound().orElseThrow();
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
    return due.untilDue(requests.any(), System.nanoTime());
  }

  private void note(SignedRecord record) {
    if (observe(record)) {
      due.arrived(System.nanoTime());
    }
  }

  /**
   * Takes note of one record.
   *
   * @return whether an idle sealer must not let it wait. Not so for closed epochs and their journal
   *     entries: sealing them at once would never end
   */
  private boolean observe(SignedRecord record) {
    if (record.topic().equals(catalogue.journal().name())) {
      return false;
    }
    try {
      return observe(record, EventCodec.decode(record.value()));
    } catch (UndecodableEvent e) {
      // Sealed like any other record; who decides from it will refuse it.
      return true;
    }
  }

  private boolean observe(SignedRecord record, SpecificRecord event) {
    switch (event) {
      case EpochClosed forged when !isOwn(record) -> {
        // Sealed, refused by every shard, and nothing that the sealer did.
      }
      case RegistryUpdate forged when !isOwn(record) -> {
        // As above.
      }
      case EpochClosed closed -> {
        closedThrough = Math.max(closedThrough, closed.getEpoch());
        return false;
      }
      case Cosignature cosignature -> {
        epochs.cosigned(cosignature);
        return false;
      }
      case RegistryUpdate update -> witnesses.note(record.partition(), update);
      default -> {
        // A forged begin would keep epochs short for ever.
        if (OpenRequests.concerns(event) && isOwn(record)) {
          requests.note(event);
        }
      }
    }
    return true;
  }

  /** Coordinator, ledger and sealer sign with one key. */
  private boolean isOwn(SignedRecord record) {
    return EventVerifier.fault(record, Optional.of(producer.signer().key().publicKey())).isEmpty();
  }

  private void seal() {
    // Before the cut, so that what comes while it is read is not forgotten.
    due.sealed(System.nanoTime());
    List<Topic> causes = List.of(catalogue.accepted(), catalogue.registry());
    EpochRecords records = log.take(log.causalCut(causes, this::note));
    Seal seal = state.seal(records, clock.millis());
    ProducerRecord<byte[], byte[]> record =
        SignedRecords.signed(
            catalogue.seals(), 0, RecordKeys.epoch(seal.getEpoch()), seal, producer.signer());
    producer.begin();
    producer.send(record);
    producer.commit();
    SignedRecord signed =
        SignedRecords.from(record.topic(), 0, -1, record.key(), record.value(), record.headers());
    follow(signed, records);
    epochs.sealed(seal.getEpoch(), signed);
  }

  private void closeEpochs() {
    var known = witnesses.complete();
    if (known.isEmpty() && !warnedOfWitnesses && state.chain().nextEpoch() > WARN_EPOCHS) {
      warnedOfWitnesses = true;
      LOG.atWarn()
          .addKeyValue("missing", witnesses.missing().toList())
          .log("epochs stay open: not every shard knows every witness yet");
    }
    Optional<EpochClosed> next = epochs.next(known);
    while (next.isPresent()) {
      publish(next.get());
      epochs.closed(next.get().getEpoch());
      next = epochs.next(known);
    }
  }

  private void publish(EpochClosed closed) {
    producer.begin();
    for (int shard = 0; shard < catalogue.shards(); shard++) {
      producer.send(catalogue.shardInputs(), shard, RecordKeys.shard(shard), closed);
    }
    producer.commit();
  }

  /** Cosignatures that did not count, by fault. */
  public Map<LogFault, Long> faults() {
    return epochs.faults();
  }
}
