package io.verillm.streams.audit;

import io.verillm.events.Cosignature;
import io.verillm.events.Seal;
import io.verillm.events.SealedRange;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.Checked;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.LogFault;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SealChain;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealHistory;
import io.verillm.protocol.log.SealState;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.Catalogue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Checks the seals against the records that were read, and the cosignatures against the seals. */
final class SealAudit {
  private final SignatureAudit records;
  private final RegistrySnapshot registry;
  private final Findings findings;
  private final SealHistory history = new SealHistory(Integer.MAX_VALUE);
  private final Map<Long, Hash> hashes = new HashMap<>();
  private SealState state;
  private boolean treeFits = true;

  SealAudit(
      Catalogue catalogue, SignatureAudit records, RegistrySnapshot registry, Findings findings) {
    this.records = records;
    this.registry = registry;
    this.findings = findings;
    List<LogPartition> sealed =
        catalogue.publicInputs().stream().flatMap(PublicTopics::partitions).sorted().toList();
    this.state = SealState.start(sealed);
  }

  void seal(SignedRecord record) {
    findings.checked(AuditRule.SEAL);
    Checked<Seal> decoded = SealCheck.decode(record.value());
    refused(record, decoded);
    decoded.sound().ifPresent(seal -> seal(record, seal));
  }

  private void seal(SignedRecord record, Seal seal) {
    Hash sealHash = Beacon.sealHash(record.value());
    SealHistory.Sighting sighting = history.note(seal.getEpoch(), sealHash);
    if (sighting != SealHistory.Sighting.FIRST) {
      if (sighting == SealHistory.Sighting.FORK) {
        refused(record, new Checked.Refused<>(LogFault.FORK, "epoch " + seal.getEpoch()));
      }
      return;
    }
    hashes.put(seal.getEpoch(), sealHash);
    Checked<SealChain> chained = state.chain().follow(seal, sealHash);
    refused(record, chained);
    if (chained.sound().isPresent()) {
      ranges(record, seal, chained.sound().get());
    } else if (seal.getEpoch() >= state.chain().nextEpoch()) {
      // One lost seal is one finding: the chain goes on from the next that is there.
      treeFits = false;
      state = new SealState(resumed(seal, sealHash), state.tree());
    }
  }

  private static SealChain resumed(Seal seal, Hash sealHash) {
    SortedMap<LogPartition, Long> ends = new TreeMap<>();
    seal.getRanges().forEach(range -> ends.put(partition(range), range.getEnd()));
    return new SealChain(seal.getEpoch() + 1, sealHash, seal.getTimeMillis(), ends);
  }

  private void ranges(SignedRecord record, Seal seal, SealChain next) {
    if (treeFits) {
      findings.checked(AuditRule.TREE);
      Checked<SealState> checked = SealCheck.check(state, record.value(), own(seal));
      if (checked instanceof Checked.Refused<?> refused) {
        refused(record, AuditRule.TREE, refused.fault() + ": " + refused.detail());
      }
      treeFits = checked.sound().isPresent();
      if (treeFits) {
        state = checked.sound().get();
        findings.count("seals whose records fit", 1);
        seal.getRanges().forEach(r -> records.clear(partition(r), r.getStart(), r.getEnd()));
        return;
      }
    }
    // The tree is cumulative: behind the first wrong seal only the chain can be followed.
    state = new SealState(next, state.tree());
  }

  private EpochRecords own(Seal seal) {
    Map<LogPartition, List<LogLeaf>> leaves = new HashMap<>();
    for (SealedRange range : seal.getRanges()) {
      leaves.put(
          partition(range),
          new ArrayList<>(
              records
                  .leaves(partition(range))
                  .subMap(range.getStart(), true, range.getEnd(), false)
                  .values()));
    }
    return EpochRecords.of(leaves);
  }

  private static LogPartition partition(SealedRange range) {
    return new LogPartition(range.getTopic(), range.getPartition());
  }

  /** Call behind all seals. */
  void cosignature(SignedRecord record) {
    if (!(PublicRecords.event(record).orElse(null) instanceof Cosignature cosignature)) {
      // A finding or nonsense: the signatures' affair.
      return;
    }
    RegisteredWitness witness = registry.witnesses().get(cosignature.getWitness());
    Hash sealHash = hashes.get(cosignature.getEpoch());
    if (witness == null || sealHash == null) {
      findings.count("cosignatures of seals or witnesses that are not known", 1);
      return;
    }
    findings.checked(AuditRule.COSIGNATURE);
    byte[] proof = Wire.bytes(cosignature.getProof());
    if (!cosignature.getSealHash().equals(Wire.buffer(sealHash))) {
      refused(record, AuditRule.COSIGNATURE, LogFault.FORK + ": of another seal");
    } else if (Beacon.output(witness.vrfKey(), sealHash, proof).isEmpty()) {
      refused(record, AuditRule.COSIGNATURE, LogFault.WRONG_PROOF.name());
    }
  }

  /** Hashes of the first seal of each epoch. */
  Map<Long, Hash> hashes() {
    return hashes;
  }

  /** Records behind the last seal. */
  long unsealed() {
    return state.chain().ends().entrySet().stream()
        .mapToLong(end -> records.leaves(end.getKey()).tailMap(end.getValue(), true).size())
        .sum();
  }

  private void refused(SignedRecord record, Checked<?> checked) {
    if (checked instanceof Checked.Refused<?> refused) {
      refused(record, AuditRule.SEAL, refused.fault() + ": " + refused.detail());
    }
  }

  private void refused(SignedRecord record, AuditRule rule, String message) {
    findings.add(Finding.at(record, rule, message));
  }
}
