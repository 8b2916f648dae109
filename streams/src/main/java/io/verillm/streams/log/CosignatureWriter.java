package io.verillm.streams.log;

import io.verillm.events.Cosignature;
import io.verillm.events.SealRefused;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Cosigning;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.streams.log.LastCosigned.CosignedSeal;
import io.verillm.topics.Catalogue;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedProducer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * What one witness writes. Each call returns when everything is on the log, and fails with an
 * IllegalStateException where it cannot be.
 */
final class CosignatureWriter {
  private final Catalogue catalogue;
  private final WitnessKeys keys;
  private final VerifyKey sealerKey;
  private final InstantSource clock;
  private final SignedProducer producer;

  CosignatureWriter(
      Catalogue catalogue,
      WitnessKeys keys,
      VerifyKey sealerKey,
      InstantSource clock,
      SignedProducer producer) {
    this.catalogue = catalogue;
    this.keys = keys;
    this.sealerKey = sealerKey;
    this.clock = clock;
    this.producer = producer;
  }

  void register() {
    await(
        producer.send(
            catalogue.registry(), RegistrySubject.witness(keys.id()), keys.registration()));
  }

  /** Cosigns to every shard. */
  void cosign(List<CosignedSeal> seals) {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (CosignedSeal kept : seals) {
      SealCheck.decode(kept.value())
          .sound()
          .ifPresent(seal -> {
            Cosignature cosignature =
                Cosigning.cosign(
                    keys.id(),
                    keys.key(),
                    keys.vrfKey(),
                    kept.value(),
                    seal,
                    sealerKey,
                    clock.instant().getEpochSecond());
            byte[] key = RecordKeys.epoch(seal.getEpoch());
            for (int shard = 0; shard < catalogue.shards(); shard++) {
              sent.add(producer.send(catalogue.cosignatures(), shard, key, cosignature));
            }
          });
    }
    sent.forEach(CosignatureWriter::await);
  }

  /** Says that a seal is not cosigned, and why. */
  void refuse(SealJudge.Refusal refusal) {
    await(
        producer.send(
            catalogue.cosignatures(),
            0,
            RecordKeys.epoch(refusal.epoch()),
            new SealRefused(
                refusal.epoch(),
                keys.id(),
                Wire.buffer(refusal.sealHash()),
                refusal.fault().name(),
                refusal.nowMillis())));
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
