package io.verillm.streams.audit;

import io.verillm.events.EpochClosed;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.Seal;
import io.verillm.events.SealedRange;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.Checked;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.log.EpochVerifier;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.Removal;
import io.verillm.protocol.log.RemovalCheck;
import io.verillm.protocol.log.SealChain;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.Catalogue;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Checks one shard's spine: copies of registrations and closed epochs. */
final class EpochAudit {
  private final Catalogue catalogue;
  private final Map<Long, SignedRecord> registrations;
  private final Map<Long, Hash> sealHashes;
  private final List<SignedRecord> cosignatures;
  private final Findings findings;
  private final Map<String, Removal> removals = new TreeMap<>();
  private RegistrySnapshot registry = RegistrySnapshot.empty();
  private SealChain chain = SealChain.start();

  EpochAudit(
      Catalogue catalogue,
      Map<Long, SignedRecord> registrations,
      Map<Long, Hash> sealHashes,
      List<SignedRecord> cosignatures,
      Findings findings) {
    this.catalogue = catalogue;
    this.registrations = registrations;
    this.sealHashes = sealHashes;
    this.cosignatures = cosignatures;
    this.findings = findings;
  }

  void spine(SignedRecord record) {
    switch (PublicRecords.event(record).orElse(null)) {
      case RegistryUpdate update -> copy(record, update);
      case EpochClosed closed -> closed(record, closed);
      case WitnessRemoved removed -> removed(record, removed);
      case null, default -> {
        // Answers of the ledger are compared with what the ledger gives.
      }
    }
  }

  private void copy(SignedRecord record, RegistryUpdate update) {
    findings.checked(AuditRule.REGISTRY_COPY);
    SignedRecord original = registrations.get(update.getOffset());
    SignedRecord copy = RegistrySnapshot.original(catalogue.registry().name(), update);
    if (original == null || !original.recordHash().equals(copy.recordHash())) {
      findings.add(
          Finding.at(
              record,
              AuditRule.REGISTRY_COPY,
              "it is not the record at offset %d of the registry".formatted(update.getOffset())));
      accuseOriginal(original);
    }
    registry = registry.apply(copy).snapshot();
  }

  /** Where the original does not verify, it is the one that was changed. */
  private void accuseOriginal(SignedRecord original) {
    if (original != null) {
      findings.add(
          Finding.at(original, AuditRule.REGISTRY_COPY, "a shard's copy of it has other bytes"));
    }
  }

  private void removed(SignedRecord record, WitnessRemoved removed) {
    findings.checked(AuditRule.CLOSED_EPOCH);
    Optional<VerifyKey> sealer = registry.keyOf(Signers.SEALER);
    if (sealer.isEmpty()) {
      wrong(record, "a witness is removed before the coordinator is known to the shard");
      return;
    }
    RemovalCheck check =
        new RemovalCheck(catalogue.seals().name(), sealer.get(), registry.sealVrfKeys());
    switch (check.seal(chain.nextEpoch(), removed)) {
      case Checked.Refused<Seal> refused ->
          wrong(record, refused.fault() + ": " + refused.detail());
      case Checked.Sound<Seal> seal -> {
        findings.count("outputs that witnesses withheld, in each shard", 1);
        removals.put(
            removed.getWitness(),
            check.removal(removed, seal.value(), cosignatures(record, seal.value())));
      }
    }
  }

  /** What the shard's partition of cosignatures held when the seal was made. */
  private List<SignedRecord> cosignatures(SignedRecord spine, Seal seal) {
    long end =
        RemovalCheck.range(
                seal, new LogPartition(catalogue.cosignatures().name(), spine.partition()))
            .map(SealedRange::getEnd)
            .orElse(0L);
    return cosignatures.stream().filter(record -> record.offset() < end).toList();
  }

  private void closed(SignedRecord record, EpochClosed closed) {
    findings.checked(AuditRule.CLOSED_EPOCH);
    Map<String, VrfPublicKey> witnesses = registry.sealVrfKeys();
    Optional<VerifyKey> sealer = registry.keyOf(Signers.SEALER);
    if (witnesses.isEmpty() || sealer.isEmpty()) {
      wrong(record, "it is closed before coordinator and witnesses are known to the shard");
      return;
    }
    Checked<ClosedEpoch> checked =
        new EpochVerifier(catalogue.seals().name(), sealer.get(), witnesses)
            .verify(chain, closed, removals);
    removals.clear();
    if (checked instanceof Checked.Refused<ClosedEpoch> refused) {
      wrong(record, refused.fault() + ": " + refused.detail());
      return;
    }
    chain = EpochVerifier.after(chain, closed);
    Hash onLog = sealHashes.get(closed.getEpoch());
    byte[] seal = Wire.bytes(closed.getSeal());
    if (onLog == null) {
      findings.count("closed epochs whose seal was not read", 1);
    } else if (!Arrays.equals(onLog.bytes(), Beacon.sealHash(seal).bytes())) {
      wrong(record, "FORK: its seal is not the one on the topic of seals");
    }
  }

  private void wrong(SignedRecord record, String message) {
    findings.add(Finding.at(record, AuditRule.CLOSED_EPOCH, message));
  }
}
