package io.verillm.streams.audit;

import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.Catalogue;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes everything that the public topics decide, from signed records alone: signatures,
 * seals, beacons, journal, then every shard's decisions with the same code that decided them, then
 * the ledger.
 */
public final class Audit {
  private final RecordSource source;
  private final @Nullable VerifyKey coordinator;
  private final AuditProgress progress;
  private final Catalogue catalogue;
  private final PublicRecords records;
  private final Findings findings = new Findings();
  private RegistrySnapshot start = RegistrySnapshot.empty();
  private RegistrySnapshot registry = start;

  private Audit(RecordSource source, @Nullable VerifyKey coordinator, AuditProgress progress) {
    this.source = source;
    this.coordinator = coordinator;
    this.progress = progress;
    this.catalogue = Catalogue.of(source.shards());
    this.records = new PublicRecords(source);
  }

  /** Audits a source; wrong records are findings, never exceptions. */
  public static AuditReport of(RecordSource source) {
    return new Audit(source, null, AuditProgress.SILENT).run();
  }

  /**
   * As {@link #of(RecordSource)}, and tells how far it is.
   *
   * @param coordinator the key that the log's coordinator must have: the root of all trust. Without
   *     it the log's own word is taken, and somebody who wrote a whole log of his own passes
   */
  public static AuditReport of(
      RecordSource source, @Nullable VerifyKey coordinator, AuditProgress progress) {
    return new Audit(source, coordinator, progress).run();
  }

  /** The registry before its first record: it trusts the given key where the log has it. */
  private RegistrySnapshot start(List<SignedRecord> registrations) {
    if (coordinator == null) {
      return RegistrySnapshot.empty();
    }
    RegistrySnapshot pinned = RegistrySnapshot.trusting(coordinator);
    return fold(pinned, registrations).coordinator().isPresent()
        ? pinned
        : RegistrySnapshot.empty();
  }

  private static RegistrySnapshot fold(RegistrySnapshot start, List<SignedRecord> registrations) {
    RegistrySnapshot registry = start;
    for (SignedRecord record : registrations) {
      registry = registry.apply(record).snapshot();
    }
    return registry;
  }

  private AuditReport run() {
    Map<Long, SignedRecord> registrations = new TreeMap<>();
    List<SignedRecord> all = records.of(catalogue.registry(), 0);
    all.forEach(record -> registrations.put(record.offset(), record));
    start = start(all);
    registry = fold(start, all);
    rootOfTrust();
    SignatureAudit signatures = new SignatureAudit(catalogue, registry, findings);
    int read = 0;
    for (LogPartition partition : source.partitions()) {
      progress.at("reading and verifying partitions", read++, source.partitions().size());
      signatures.read(source, partition);
    }
    progress.at("following the seals", 0, 1);

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
              start,
              findings);
      // Without a coordinator nothing is valid; then its copies still show which registration is
      // wrong.
      boolean any = registry.coordinator().isEmpty();
      records.of(catalogue.shardInputs(), shard).stream()
          .filter(record -> any || signatures.isValid(record))
          .forEach(epochs::spine);
    }
    registrations.values().stream()
        .filter(Audit::registersACoordinator)
        .findFirst()
        .ifPresent(first -> frauds(first, signatures));
    registry.coordinator().ifPresentOrElse(c -> replay(c, signatures), this::noCoordinator);
    return findings.report(registry);
  }

  private void replay(RegisteredCoordinator coordinator, SignatureAudit signatures) {
    List<SignedRecord> commands = records.valid(catalogue.ledgerCommands(), 0, signatures);
    for (int shard = 0; shard < catalogue.shards(); shard++) {
      progress.at("deciding again, shard by shard", shard, catalogue.shards());
      new ShardReplay(catalogue, shard, records, coordinator.vrfKey(), start, findings)
          .run(commands, signatures);
    }
    progress.at("settling again", 0, 1);
    new LedgerReplay(catalogue, records, signatures, findings).run(commands);
  }

  private static boolean registersACoordinator(SignedRecord record) {
    return RegistrySnapshot.empty().apply(record).snapshot().coordinator().isPresent();
  }

  private void frauds(SignedRecord registration, SignatureAudit signatures) {
    registry
        .coordinator()
        .ifPresent(c ->
            new FraudAudit(catalogue, records, signatures, registration, c.key(), findings).run());
  }

  private void rootOfTrust() {
    if (coordinator == null) {
      return;
    }
    findings.checked(AuditRule.COORDINATOR);
    registry
        .coordinator()
        .map(RegisteredCoordinator::key)
        .filter(key -> !key.equals(coordinator))
        .ifPresent(key ->
            findings.add(
                Finding.at(
                    registryPartition(),
                    -1,
                    AuditRule.COORDINATOR,
                    "the log's coordinator is %s, not %s"
                        .formatted(key.hex(), coordinator.hex()))));
  }

  private void noCoordinator() {
    findings.add(
        Finding.at(
            registryPartition(),
            -1,
            AuditRule.SIGNATURE,
            "no coordinator is registered, so nothing can be replayed"));
  }

  private LogPartition registryPartition() {
    return new LogPartition(catalogue.registry().name(), 0);
  }
}
