package io.verillm.streams.audit;

import io.verillm.events.EpochClosed;
import io.verillm.events.RegistryUpdate;
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
import io.verillm.protocol.log.SealChain;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.Catalogue;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Checks one shard's spine: copies of registrations and closed epochs. */
final class EpochAudit {
  private final Catalogue catalogue;
  private final Map<Long, SignedRecord> registrations;
  private final Map<Long, Hash> sealHashes;
  private final Findings findings;
  private RegistrySnapshot registry = RegistrySnapshot.empty();
  private SealChain chain = SealChain.start();

  EpochAudit(
      Catalogue catalogue,
      Map<Long, SignedRecord> registrations,
      Map<Long, Hash> sealHashes,
      Findings findings) {
    this.catalogue = catalogue;
    this.registrations = registrations;
    this.sealHashes = sealHashes;
    this.findings = findings;
  }

  void spine(SignedRecord record) {
    switch (PublicRecords.event(record).orElse(null)) {
      case RegistryUpdate update -> copy(record, update);
      case EpochClosed closed -> closed(record, closed);
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

  private void closed(SignedRecord record, EpochClosed closed) {
    findings.checked(AuditRule.CLOSED_EPOCH);
    Map<String, VrfPublicKey> witnesses = new TreeMap<>();
    registry.sealWitnesses().forEach((id, witness) -> witnesses.put(id, witness.vrfKey()));
    Optional<VerifyKey> sealer = registry.keyOf(Signers.SEALER);
    if (witnesses.isEmpty() || sealer.isEmpty()) {
      wrong(record, "it is closed before coordinator and witnesses are known to the shard");
      return;
    }
    Checked<ClosedEpoch> checked =
        new EpochVerifier(catalogue.seals().name(), sealer.get(), witnesses).verify(chain, closed);
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
