package io.verillm.streams.log;

import io.verillm.events.Cosignature;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.EventVerifier;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.LogFault;
import io.verillm.protocol.log.SealState;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.streams.log.SealArrivals.Arrival;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedProducer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Checks every seal against its own copy of the public records and cosigns what is sound. A seal
 * that is refused is never cosigned, nor is any that builds on it.
 */
public final class Witness implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration POLL_WHILE_WAITING = Duration.ofMillis(10);

  private final Catalogue catalogue;
  private final WitnessKeys keys;
  private final InstantSource clock;
  private final PublicLog log;
  private final SignedProducer producer;
  private RegistrySnapshot registry = RegistrySnapshot.empty();
  private final SealJudge judge;
  private final AtomicLong cosigned = new AtomicLong();
  private final LogLoop loop;

  private Witness(
      Catalogue catalogue,
      WitnessKeys keys,
      VerifyKey sealerKey,
      InstantSource clock,
      PublicLog log,
      SignedProducer producer) {
    this.catalogue = catalogue;
    this.keys = keys;
    this.clock = clock;
    this.log = log;
    this.producer = producer;
    SealState start = SealState.start(PublicLog.sealedPartitions(catalogue));
    this.judge = new SealJudge(keys.id(), sealerKey, start, log);
    log.catchUp(this::observe);
    register();
    this.loop = new LogLoop("witness-" + keys.id(), log, this::step, producer::close);
  }

  /**
   * Reads the log so far, registers where that has not been done, and starts to check.
   *
   * @param sealerKey the key that seals must be signed with
   * @param clock what seal times are compared with
   * @throws IllegalStateException if the registry knows this id with other keys
   */
  public static Witness start(
      KafkaAccess access,
      Catalogue catalogue,
      WitnessKeys keys,
      VerifyKey sealerKey,
      InstantSource clock) {
    PublicLog log =
        new PublicLog(access, catalogue, List.of(catalogue.seals(), catalogue.cosignatures()));
    SignedProducer producer = SignedProducer.idempotent(access, keys.signer());
    try {
      return new Witness(catalogue, keys, sealerKey, clock, log, producer);
    } catch (RuntimeException e) {
      log.close();
      producer.close();
      throw e;
    }
  }

  /** Completes when the witness ends; exceptionally where Kafka failed. */
  public CompletableFuture<Void> ended() {
    return loop.ended();
  }

  /** Seals that were refused or held back, by fault. */
  public Map<LogFault, Long> faults() {
    return judge.faults();
  }

  /** Seals cosigned since the start. */
  public long cosigned() {
    return cosigned.get();
  }

  /** Stops after the step in progress. */
  @Override
  public void close() {
    loop.close();
  }

  private void register() {
    RegisteredWitness known = registry.witnesses().get(keys.id());
    if (known == null) {
      await(
          producer.send(
              catalogue.registry(), RegistrySubject.witness(keys.id()), keys.registration()));
    } else if (!known.key().equals(keys.key().publicKey())
        || !known.vrfKey().equals(keys.vrfKey().publicKey())) {
      throw new IllegalStateException(
          "witness " + keys.id() + " is registered with other keys than this one has");
    }
  }

  private void step() {
    log.poll(judge.waits() ? POLL_WHILE_WAITING : POLL).forEach(this::observe);
    List<Future<RecordMetadata>> sent = judge.judge().stream().map(this::cosign).toList();
    sent.forEach(Witness::await);
    cosigned.addAndGet(sent.size());
  }

  private void observe(SignedRecord record) {
    if (record.topic().equals(catalogue.seals().name())) {
      judge.arrived(record, clock.millis());
    } else if (record.topic().equals(catalogue.registry().name())) {
      registry = registry.apply(record).snapshot();
    } else if (record.topic().equals(catalogue.cosignatures().name()) && isOwn(record)) {
      noteOwn(record);
    }
  }

  // Anybody can write a name into the header.
  private boolean isOwn(SignedRecord record) {
    return record.signer().equals(keys.signer().name())
        && EventVerifier.fault(record, Optional.of(keys.key().publicKey())).isEmpty();
  }

  private void noteOwn(SignedRecord record) {
    try {
      judge.cosignedBefore(EventCodec.decode(record.value(), Cosignature.class));
    } catch (UndecodableEvent | IllegalArgumentException e) {
      // Not written by this program; it proves nothing.
    }
  }

  private Future<RecordMetadata> cosign(Arrival arrival) {
    long epoch = arrival.seal().getEpoch();
    return producer.send(
        catalogue.cosignatures(),
        RecordKeys.epoch(epoch),
        new Cosignature(
            epoch,
            keys.id(),
            Wire.buffer(arrival.sealHash()),
            Wire.buffer(Beacon.cosign(keys.vrfKey(), arrival.sealHash()).bytes())));
  }

  private static void await(Future<RecordMetadata> sent) {
    try {
      sent.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while writing", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot write: " + e.getCause().getMessage(), e);
    }
  }
}
