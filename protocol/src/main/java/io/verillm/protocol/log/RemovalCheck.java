package io.verillm.protocol.log;

import io.verillm.events.Cosignature;
import io.verillm.events.RemainingCosignature;
import io.verillm.events.Seal;
import io.verillm.events.SealedRange;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks a {@code WitnessRemoved} against the log. The later seal that it carries must be cosigned
 * by those that remain: one honest witness among them has then checked it, so the sealer cannot
 * make one up. Whether a cosignature lay on the log by then everybody sees in the own records.
 */
public final class RemovalCheck {
  private final String sealsTopic;
  private final VerifyKey sealerKey;
  private final Map<String, VrfPublicKey> witnesses;

  /**
   * A check.
   *
   * @param sealsTopic full name of the topic that seals lie on
   * @param sealerKey the coordinator's key
   * @param witnesses VRF keys of the named witnesses, by id
   */
  public RemovalCheck(String sealsTopic, VerifyKey sealerKey, Map<String, VrfPublicKey> witnesses) {
    this.sealsTopic = sealsTopic;
    this.sealerKey = sealerKey;
    this.witnesses = Map.copyOf(witnesses);
  }

  /**
   * Checks all but what the log holds.
   *
   * @param nextEpoch the epoch that is to be closed next
   * @return the later seal
   */
  public Checked<Seal> seal(long nextEpoch, WitnessRemoved event) {
    if (event.getEpoch() != nextEpoch || !witnesses.containsKey(event.getWitness())) {
      return new Checked.Refused<>(
          LogFault.WRONG_EPOCH,
          "%s removed from %d where %s close %d"
              .formatted(event.getWitness(), event.getEpoch(), witnesses.keySet(), nextEpoch));
    }
    byte[] value = Wire.bytes(event.getSeal());
    return SealCheck.decode(value).then(seal -> signed(event, seal, value));
  }

  private Checked<Seal> signed(WitnessRemoved event, Seal seal, byte[] value) {
    long epoch = seal.getEpoch();
    if (epoch != event.getSealEpoch() || epoch <= event.getEpoch()) {
      return new Checked.Refused<>(
          LogFault.WRONG_EPOCH, "seal %d for epoch %d".formatted(epoch, event.getEpoch()));
    }
    byte[] signed =
        SignedRecord.signedHash(sealsTopic, EpochVerifier.epochKey(epoch), value).bytes();
    if (!sealerKey.verify(signed, Wire.bytes(event.getSealSignature()))) {
      return new Checked.Refused<>(LogFault.WRONG_SIGNATURE, "seal of epoch " + epoch);
    }
    return cosigned(event, seal, Beacon.sealHash(value));
  }

  private Checked<Seal> cosigned(WitnessRemoved event, Seal seal, Hash sealHash) {
    if (event.getCosignatures().isEmpty()) {
      return new Checked.Refused<>(LogFault.WRONG_WITNESSES, "no witness would remain");
    }
    for (RemainingCosignature cosignature : event.getCosignatures()) {
      VrfPublicKey key = witnesses.get(cosignature.getWitness());
      if (key == null
          || Beacon.output(key, sealHash, Wire.bytes(cosignature.getProof())).isEmpty()) {
        return new Checked.Refused<>(LogFault.WRONG_PROOF, "witness " + cosignature.getWitness());
      }
    }
    return new Checked.Sound<>(seal);
  }

  /**
   * The removal, from a seal that {@link #seal} gave.
   *
   * @param records what the reader's partition of cosignatures holds up to the end of the seal's
   *     range
   */
  public Removal removal(WitnessRemoved event, Seal seal, Collection<SignedRecord> records) {
    Set<String> cosigners = new TreeSet<>();
    event.getCosignatures().forEach(cosignature -> cosigners.add(cosignature.getWitness()));
    return new Removal(
        event.getWitness(),
        ClosedEpoch.tickOf(seal),
        cosigners,
        records.stream()
            .map(record -> claim(record, event))
            .flatMap(Optional::stream)
            .distinct()
            .toList());
  }

  // A proof speaks for itself, whoever wrote the record.
  private static Optional<ByteBuffer> claim(SignedRecord record, WitnessRemoved event) {
    try {
      return EventCodec.decode(record.value()) instanceof Cosignature cosignature
              && cosignature.getEpoch() == event.getEpoch()
              && cosignature.getWitness().equals(event.getWitness())
          ? Optional.of(cosignature.getProof())
          : Optional.empty();
    } catch (UndecodableEvent e) {
      return Optional.empty();
    }
  }

  /** One partition's range of a seal; empty where it has none. */
  public static Optional<SealedRange> range(Seal seal, LogPartition partition) {
    return seal.getRanges().stream()
        .filter(r -> r.getPartition() == partition.partition())
        .filter(r -> r.getTopic().equals(partition.topic()))
        .findFirst();
  }
}
