package io.verillm.streams.log;

import io.verillm.events.Cosignature;
import io.verillm.events.CosignatureCopy;
import io.verillm.events.EpochClosed;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.LogFault;
import io.verillm.protocol.registry.RegisteredWitness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sealed epochs whose beacon is not complete, with the cosignatures that came. */
final class OpenEpochs {
  private static final Logger LOG = LoggerFactory.getLogger(OpenEpochs.class);

  private final SortedMap<Long, OpenEpoch> open = new TreeMap<>();
  private final List<Cosignature> early = new ArrayList<>();
  private final FaultCounts faults = new FaultCounts();

  private record OpenEpoch(SignedRecord seal, Hash sealHash, Map<String, byte[]> proofs) {}

  /** Adds a seal that lies on the log. */
  void sealed(long epoch, SignedRecord seal) {
    open.put(epoch, new OpenEpoch(seal, Beacon.sealHash(seal.value()), new HashMap<>()));
  }

  /** Forgets an epoch that is closed on the log. */
  void closed(long epoch) {
    open.headMap(epoch + 1).clear();
    early.removeIf(cosignature -> cosignature.getEpoch() <= epoch);
  }

  /** Keeps a cosignature until {@link #next} can judge it. */
  void cosigned(Cosignature cosignature) {
    early.add(cosignature);
  }

  /** The lowest open epoch's closing event, if all its cosignatures are there. */
  Optional<EpochClosed> next(SortedMap<String, RegisteredWitness> witnesses) {
    if (witnesses.isEmpty() || open.isEmpty()) {
      return Optional.empty();
    }
    early.forEach(cosignature -> judge(cosignature, witnesses));
    early.clear();
    OpenEpoch lowest = open.get(open.firstKey());
    if (!lowest.proofs().keySet().containsAll(witnesses.keySet())) {
      return Optional.empty();
    }
    return Optional.of(
        new EpochClosed(
            open.firstKey(),
            Wire.buffer(lowest.seal().value()),
            Wire.buffer(lowest.seal().signature()),
            witnesses.keySet().stream()
                .map(id -> new CosignatureCopy(id, Wire.buffer(lowest.proofs().get(id))))
                .toList()));
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
    byte[] proof = Wire.bytes(cosignature.getProof());
    if (Beacon.output(witness.vrfKey(), epoch.sealHash(), proof).isEmpty()) {
      fault(cosignature, LogFault.WRONG_PROOF);
      return;
    }
    epoch.proofs().putIfAbsent(witness.id(), proof);
  }

  private void fault(Cosignature cosignature, LogFault fault) {
    faults.count(fault);
    LOG.atWarn()
        .addKeyValue("epoch", cosignature.getEpoch())
        .addKeyValue("witness", cosignature.getWitness())
        .addKeyValue("fault", fault)
        .log("cosignature does not count");
  }
}
