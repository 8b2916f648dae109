package io.verillm.streams.log;

import io.verillm.events.Cosignature;
import io.verillm.events.SealRefused;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.EventVerifier;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.LogFault;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealState;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.streams.log.LastCosigned.CosignedSeal;
import io.verillm.streams.log.SealArrivals.Arrival;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.SignedProducer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Checks every seal against its own copy of the public records and cosigns what is sound. A seal
 * that is refused is never cosigned, nor is any that builds on it; the log is told why.
 *
 * <p>It goes on from the tree that it cosigned last and from nothing else: the next tree must be
 * that one with the records appended that it has read itself. What it cosigns is durable here
 * before it is on the log.
 */
public final class Witness implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration POLL_WHILE_WAITING = Duration.ofMillis(10);
  private static final int COSIGNED_AT_ONCE_MAX = 100;

  private final Catalogue catalogue;
  private final WitnessKeys keys;
  private final InstantSource clock;
  private final LastCosigned memory;
  private final CosignatureWriter writer;
  private final PublicLog log;
  private final SealJudge judge;
  private final AtomicLong cosigned = new AtomicLong();
  private final LogLoop loop;

  private Witness(
      KafkaAccess access,
      Catalogue catalogue,
      WitnessKeys keys,
      VerifyKey sealerKey,
      InstantSource clock,
      LastCosigned memory,
      SignedProducer producer) {
    this.catalogue = catalogue;
    this.keys = keys;
    this.clock = clock;
    this.memory = memory;
    this.writer = new CosignatureWriter(catalogue, keys, sealerKey, clock, producer);
    List<CosignedSeal> kept = memory.read();
    SealState start =
        kept.isEmpty()
            ? SealState.start(PublicLog.sealedPartitions(catalogue))
            : behind(kept.getLast());
    Map<LogPartition, Long> from = new HashMap<>(start.chain().ends());
    if (!kept.isEmpty()) {
      from.put(new LogPartition(catalogue.seals().name(), 0), kept.getLast().offset() + 1);
    }
    register(access);
    this.log = new PublicLog(access, catalogue, List.of(catalogue.seals()), from, clock);
    this.judge = new SealJudge(keys.id(), sealerKey, start, log);
    kept.forEach(this::seen);
    try {
      log.catchUp(this::observe);
      // A crash may have come between keeping these and writing them.
      writer.cosign(kept);
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
    this.loop = new LogLoop("witness-" + keys.id(), log, this::step, producer::close);
  }

  /**
   * Registers where that has not been done, reads the log from the seal that was cosigned last, and
   * starts to check.
   *
   * @param sealerKey the key that seals must be signed with
   * @param clock what seal times are compared with
   * @param memory what this witness cosigned last, kept beside its keys
   * @throws IllegalStateException if the registry knows this id with other keys
   * @throws java.io.UncheckedIOException if the memory cannot be read
   */
  public static Witness start(
      KafkaAccess access,
      Catalogue catalogue,
      WitnessKeys keys,
      VerifyKey sealerKey,
      InstantSource clock,
      LastCosigned memory) {
    SignedProducer producer = SignedProducer.idempotent(access, keys.signer());
    try {
      return new Witness(access, catalogue, keys, sealerKey, clock, memory, producer);
    } catch (RuntimeException e) {
      producer.close();
      throw e;
    }
  }

  /** Completes when the witness ends; exceptionally where Kafka or its own disk failed. */
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

  private static SealState behind(CosignedSeal kept) {
    return SealCheck.decode(kept.value())
        .sound()
        .flatMap(seal -> SealState.behind(seal, Beacon.sealHash(kept.value())))
        .orElseThrow(
            () -> new IllegalStateException("what was cosigned last is no seal with its tree"));
  }

  private void seen(CosignedSeal kept) {
    SealCheck.decode(kept.value())
        .sound()
        .ifPresent(seal -> judge.seen(seal.getEpoch(), Beacon.sealHash(kept.value())));
  }

  private void register(KafkaAccess access) {
    RegistrySnapshot registry = RegistrySnapshot.empty();
    for (SignedRecord record : PublicLog.readAll(access, List.of(catalogue.registry()))) {
      registry = registry.apply(record).snapshot();
    }
    RegisteredWitness known = registry.witnesses().get(keys.id());
    if (known == null) {
      writer.register();
    } else if (!known.equals(keys.registered())) {
      throw new IllegalStateException(
          "witness " + keys.id() + " is registered with other keys than this one has");
    }
  }

  private void step() {
    log.poll(judge.waits() ? POLL_WHILE_WAITING : POLL).forEach(this::observe);
    List<CosignedSeal> sound =
        judge.judge().stream().map(Arrival::record).map(Witness::cosignedSeal).toList();
    for (int i = 0; i < sound.size(); i += COSIGNED_AT_ONCE_MAX) {
      List<CosignedSeal> batch = sound.subList(i, Math.min(sound.size(), i + COSIGNED_AT_ONCE_MAX));
      memory.write(batch);
      writer.cosign(batch);
      cosigned.addAndGet(batch.size());
    }
    judge.refusals().forEach(writer::refuse);
  }

  private static CosignedSeal cosignedSeal(SignedRecord record) {
    return new CosignedSeal(record.offset(), record.value());
  }

  private void observe(SignedRecord record) {
    if (record.topic().equals(catalogue.seals().name())) {
      judge.arrived(record, clock.millis());
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
      switch (EventCodec.decode(record.value())) {
        case Cosignature own -> judge.cosignedBefore(own);
        case SealRefused own -> judge.refusedBefore(own);
        default -> {
          // Not written by this program; it proves nothing.
        }
      }
    } catch (UndecodableEvent | IllegalArgumentException e) {
      // Not written by this program; it proves nothing.
    }
  }
}
