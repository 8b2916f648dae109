package io.verillm.streams.audit;

import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.Catalogue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Recomputes everything that the public topics decide, from signed records alone: signatures,
 * seals, beacons, journal, then every shard's decisions with the same code that decided them, then
 * the ledger.
 */
public final class Audit {
  private final RecordSource source;
  private final Catalogue catalogue;
  private final PublicRecords records;
  private final Findings findings = new Findings();
  private RegistrySnapshot registry = RegistrySnapshot.empty();

  private Audit(RecordSource source) {
    this.source = source;
    this.catalogue = Catalogue.of(source.shards());
    this.records = new PublicRecords(source);
  }

  /** Audits a source; wrong records are findings, never exceptions. */
  public static AuditReport of(RecordSource source) {
    return new Audit(source).run();
  }

  private AuditReport run() {
    Map<Long, SignedRecord> registrations = new HashMap<>();
    for (SignedRecord record : records.of(catalogue.registry(), 0)) {
      registry = registry.apply(record).snapshot();
      registrations.put(record.offset(), record);
    }
    SignatureAudit signatures = new SignatureAudit(catalogue, registry, findings);
    source.partitions().forEach(partition -> signatures.read(source, partition));

    SealAudit seals = new SealAudit(catalogue, signatures, registry, findings);
    records.valid(catalogue.seals(), 0, signatures).forEach(seals::seal);
    for (int shard = 0; shard < catalogue.shards(); shard++) {
      records.valid(catalogue.cosignatures(), shard, signatures).forEach(seals::cosignature);
    }
    findings.count("records behind the last seal", seals.unsealed());
    signatures.accuse();

    for (int shard = 0; shard < catalogue.shards(); shard++) {
      EpochAudit epochs =
          new EpochAudit(
              catalogue,
              registrations,
              seals.hashes(),
              records.of(catalogue.cosignatures(), shard),
              findings);
      // Without a coordinator nothing is valid; then its copies still show which registration is
      // wrong.
      boolean all = registry.coordinator().isEmpty();
      records.of(catalogue.shardInputs(), shard).stream()
          .filter(record -> all || signatures.isValid(record))
          .forEach(epochs::spine);
    }
    registry.coordinator().ifPresentOrElse(c -> replay(c, signatures), this::noCoordinator);
    return findings.report(registry.coordinator().map(c -> c.key().hex()).orElse("unknown"));
  }

  private void replay(RegisteredCoordinator coordinator, SignatureAudit signatures) {
    List<SignedRecord> commands = records.valid(catalogue.ledgerCommands(), 0, signatures);
    for (int shard = 0; shard < catalogue.shards(); shard++) {
      new ShardReplay(catalogue, shard, records, coordinator.vrfKey(), findings)
          .run(commands, signatures);
    }
    new LedgerReplay(catalogue, records, signatures, findings).run(commands);
  }

  private void noCoordinator() {
    findings.add(
        new Finding(
            catalogue.registry().name(),
            0,
            -1,
            AuditRule.SIGNATURE,
            "no coordinator is registered, so nothing can be replayed"));
  }
}
