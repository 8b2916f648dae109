package io.verillm.streams.log;

import io.verillm.events.Cosignature;
import io.verillm.events.CosignatureCopy;
import io.verillm.events.EpochClosed;
import io.verillm.events.RemainingCosignature;
import io.verillm.events.Seal;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.Checkpoint;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.log.Cosigning;
import io.verillm.protocol.log.LogFault;
import io.verillm.protocol.log.NoteKey;
import io.verillm.protocol.log.NoteSignature;
import io.verillm.protocol.log.Removal;
import io.verillm.protocol.log.SignedCheckpoint;
import io.verillm.protocol.registry.RegisteredWitness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sealed epochs whose beacon is not complete, with the cosignatures that came. */
final class OpenEpochs {
  private static final Logger LOG = LoggerFactory.getLogger(OpenEpochs.class);

  /** Cosignatures that may wait for the witnesses to be known. */
  static final int EARLY_MAX = 4_096;

  private final VerifyKey sealerKey;
  private final SortedMap<Long, OpenEpoch> open = new TreeMap<>();
  private final List<Cosignature> early = new ArrayList<>();
  private final FaultCounts faults = new FaultCounts();

  private record OpenEpoch(
      SignedRecord record,
      Seal seal,
      Hash sealHash,
      SortedMap<String, byte[]> proofs,
      SortedMap<String, NoteSignature> lines) {
    long tick() {
      return ClosedEpoch.tickOf(seal);
    }
  }

  OpenEpochs(VerifyKey sealerKey) {
    this.sealerKey = sealerKey;
  }

  /** Adds a seal that lies on the log. */
  void sealed(SignedRecord record, Seal seal) {
    open.put(
        seal.getEpoch(),
        new OpenEpoch(
            record, seal, Beacon.sealHash(record.value()), new TreeMap<>(), new TreeMap<>()));
  }

  /** Forgets an epoch that is closed on the log. */
  void closed(long epoch) {
    open.headMap(epoch + 1).clear();
    early.removeIf(cosignature -> cosignature.getEpoch() <= epoch);
  }

  /** Keeps a cosignature until {@link #next} can judge it. */
  void cosigned(Cosignature cosignature) {
    if (early.size() >= EARLY_MAX) {
      // Anybody may say what he likes before the witnesses are known.
      fault(early.removeFirst(), LogFault.TOO_MANY);
    }
    early.add(cosignature);
  }

  /**
   * What closes the lowest open epoch, if all its outputs are there, or a later seal shows that the
   * others are withheld.
   */
  Optional<Closing> next(SortedMap<String, RegisteredWitness> witnesses) {
    if (witnesses.isEmpty() || open.isEmpty()) {
      return Optional.empty();
    }
    early.forEach(cosignature -> judge(cosignature, witnesses));
    early.clear();
    OpenEpoch lowest = open.get(open.firstKey());
    if (lowest.proofs().keySet().containsAll(witnesses.keySet())) {
      return Optional.of(new Closing(List.of(), closing(lowest), checkpoint(lowest)));
    }
    return later(lowest)
        .map(later ->
            new Closing(
                witnesses.keySet().stream()
                    .filter(id -> !lowest.proofs().containsKey(id))
                    .map(id -> removed(id, lowest, later))
                    .toList(),
                closing(lowest),
                checkpoint(lowest)));
  }

  private SignedCheckpoint checkpoint(OpenEpoch epoch) {
    NoteSignature log =
        NoteKey.ofLog(sealerKey).signature(Wire.bytes(epoch.seal().getCheckpointSignature()));
    return new SignedCheckpoint(
        Checkpoint.of(epoch.seal(), sealerKey),
        Stream.concat(Stream.of(log), epoch.lines().values().stream()).toList());
  }

  /** The first seal, late enough, that all cosigned whose outputs the epoch has. */
  private Optional<OpenEpoch> later(OpenEpoch epoch) {
    return epoch.proofs().isEmpty()
        ? Optional.empty()
        : open.values().stream()
            .filter(later -> later.tick() - epoch.tick() >= Removal.TICKS)
            .filter(later -> later.proofs().keySet().containsAll(epoch.proofs().keySet()))
            .findFirst();
  }

  private static EpochClosed closing(OpenEpoch epoch) {
    return new EpochClosed(
        epoch.seal().getEpoch(),
        Wire.buffer(epoch.record().value()),
        Wire.buffer(epoch.record().signature()),
        epoch.proofs().entrySet().stream()
            .map(proof -> new CosignatureCopy(proof.getKey(), Wire.buffer(proof.getValue())))
            .toList());
  }

  private static WitnessRemoved removed(String witness, OpenEpoch epoch, OpenEpoch later) {
    LOG.atWarn()
        .addKeyValue("epoch", epoch.seal().getEpoch())
        .addKeyValue("witness", witness)
        .addKeyValue("seal", later.seal().getEpoch())
        .log("epoch closes without a witness");
    return new WitnessRemoved(
        epoch.seal().getEpoch(),
        witness,
        later.seal().getEpoch(),
        Wire.buffer(later.record().value()),
        Wire.buffer(later.record().signature()),
        epoch.proofs().keySet().stream()
            .map(id -> new RemainingCosignature(id, Wire.buffer(later.proofs().get(id))))
            .toList());
  }

  /** Cosignatures that did not count, by fault. */
  Map<LogFault, Long> faults() {
    return faults.counts();
  }

  private void judge(Cosignature cosignature, SortedMap<String, RegisteredWitness> witnesses) {
    OpenEpoch epoch = open.get(cosignature.getEpoch());
    RegisteredWitness witness = witnesses.get(cosignature.getWitness());
    if (epoch == null) {
      // Closed before: a witness that restarts repeats itself.
      return;
    }
    if (witness == null) {
      fault(cosignature, LogFault.WRONG_WITNESSES);
      return;
    }
    if (epoch.proofs().containsKey(witness.id())) {
      // The copies for the other shards.
      return;
    }
    byte[] proof = Wire.bytes(cosignature.getProof());
    if (Beacon.output(witness.vrfKey(), epoch.sealHash(), proof).isEmpty()) {
      fault(cosignature, LogFault.WRONG_PROOF);
      return;
    }
    // Without a line its output counts all the same: the beacon rests on the proof alone.
    Cosigning.line(cosignature, witness.key(), Checkpoint.of(epoch.seal(), sealerKey))
        .ifPresentOrElse(
            line -> epoch.lines().put(witness.id(), line),
            () -> fault(cosignature, LogFault.WRONG_CHECKPOINT));
    epoch.proofs().put(witness.id(), proof);
  }

  private void fault(Cosignature cosignature, LogFault fault) {
    faults.count(fault);
    LOG.atWarn()
        .addKeyValue("epoch", cosignature.getEpoch())
        .addKeyValue("witness", cosignature.getWitness())
        .addKeyValue("fault", fault)
        .log("cosignature is wrong");
  }
}
