package io.verillm.streams.audit;

import io.verillm.events.Challenge;
import io.verillm.events.ClaimIgnored;
import io.verillm.events.DutyBegun;
import io.verillm.events.DutyMissed;
import io.verillm.events.TaskExposed;
import io.verillm.events.Verdict;
import io.verillm.protocol.check.UndecidedReason;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.shard.Decisions;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.PublishedProofs;
import io.verillm.protocol.shard.Shard;
import io.verillm.streams.coordinator.CoordinatorApp;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Topic;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** Applies one shard's records again and compares everything that follows with the log. */
final class ShardReplay {
  private final Catalogue catalogue;
  private final int number;
  private final PublicRecords records;
  private final Findings findings;
  private final RegistrySnapshot start;
  private final PublishedProofs proofs;
  private final OpenedCases opened = new OpenedCases();
  private final DerivedEvents events;
  private final ReplayInbox inbox = new ReplayInbox();

  ShardReplay(
      Catalogue catalogue,
      int number,
      PublicRecords records,
      VrfPublicKey coordinator,
      RegistrySnapshot start,
      Findings findings) {
    this.start = start;
    this.catalogue = catalogue;
    this.number = number;
    this.records = records;
    this.findings = findings;
    this.proofs = new PublishedProofs(coordinator);
    this.events = new DerivedEvents(findings);
  }

  /**
   * Replays.
   *
   * @param commands the ledger commands of all shards
   */
  void run(List<SignedRecord> commands, SignatureAudit signatures) {
    load(commands, signatures);
    JournalReplay journal =
        new JournalReplay(
            number, records.valid(catalogue.journal(), number, signatures), signatures, findings);
    long journaled = journal.applied(catalogue.shardInputs().name());
    Shard shard = new Shard(CoordinatorApp.shardTopics(catalogue), number, proofs, start);
    List<String> overdue = List.of();
    for (SignedRecord spine : records.of(catalogue.shardInputs(), number)) {
      boolean required = spine.offset() <= journaled;
      if (!apply(shard, spine, journal, required)) {
        return;
      }
      overdue = required ? shard.view().overdue() : overdue;
    }
    overdue.forEach(this::keptBack);
    journal.finish();
    events.finish(
        event -> isPending(event, shard),
        event -> shard.view().isUnreadable(opened.requestOf(event).orElse("")));
    long unreadable = shard.view().unreadableCases();
    findings.count("cases without a last verdict", shard.view().openCases() - unreadable);
    if (unreadable > 0) {
      findings.count("private cases: auditable by the parties only", unreadable);
    }
  }

  private void keptBack(String requestId) {
    findings.add(
        Finding.at(
            new LogPartition(catalogue.challenges().name(), number),
            -1,
            AuditRule.DECISION,
            requestId + ": a draw is due, and no challenge shows it"));
  }

  private void load(List<SignedRecord> commands, SignatureAudit signatures) {
    Stream.of(
            catalogue.accepted(),
            catalogue.commitments(),
            catalogue.cosignatures(),
            catalogue.openings(),
            catalogue.votes(),
            catalogue.disputes(),
            catalogue.flags())
        .flatMap(topic -> records.of(topic, number).stream())
        .forEach(inbox::add);
    records.valid(catalogue.challenges(), number, signatures).forEach(this::open);
    records.valid(catalogue.verdicts(), number, signatures).forEach(this::open);
    records.valid(catalogue.flags(), number, signatures).stream()
        .filter(record -> record.signer().equals(Signers.COORDINATOR))
        .forEach(this::open);
    for (SignedRecord record : commands) {
      PublicRecords.event(record)
          // Others come from admission and from operators.
          .filter(event -> Decisions.identity(event).isPresent())
          .ifPresent(event -> command(record, event));
    }
  }

  private void command(SignedRecord record, SpecificRecord event) {
    if (event instanceof DutyMissed missed) {
      if (shardOf(missed) == number) {
        events.onLog(record, event);
      }
      return;
    }
    Optional<String> request = opened.requestOf(event);
    if (request.isEmpty() && number == 0) {
      findings.count("locks of tasks that the log has not opened yet", 1);
    }
    request
        .filter(id -> catalogue.shardOf(id) == number)
        .ifPresent(id -> events.onLog(record, event));
  }

  /** Who compares it; what names no shard follows from nothing, and the first one says so. */
  private int shardOf(DutyMissed missed) {
    return missed.getShard() >= 0 && missed.getShard() < catalogue.shards() ? missed.getShard() : 0;
  }

  private void open(SignedRecord record) {
    SpecificRecord event = PublicRecords.event(record).orElse(null);
    if (event == null) {
      return;
    }
    events.onLog(record, event);
    if (event instanceof Challenge challenge) {
      proofs.add(challenge);
      opened.add(challenge);
    } else if (event instanceof Verdict verdict) {
      proofs.add(verdict);
      opened.add(verdict);
      if (verdict.getLast() && UndecidedReason.OUTPUT_LOST.is(verdict.getReason())) {
        findings.count("verdicts by the coordinator's word that it lost an output", 1);
      }
    }
  }

  private boolean apply(Shard shard, SignedRecord spine, JournalReplay journal, boolean required) {
    List<Effect> effects;
    try {
      effects = shard.apply(spine, inbox);
    } catch (RuntimeException e) {
      // The rules have no answer to what no honest log holds.
      findings.add(
          Finding.at(spine, AuditRule.DECISION, "it cannot be applied again: " + e.getMessage()));
      return false;
    }
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Applied applied -> {
          journal.outcome(
              applied,
              opened,
              opened.requestOf(applied.record()).filter(shard.view()::isUnreadable).isPresent());
          against(applied);
        }
        case Effect.Publish publish -> publish(publish, required);
        case Effect.Issued issued -> {
          // The coordinator's word for it is an input; without it nothing expires.
        }
        case Effect.Assign assign -> {
          // Tasks are private; the challenge that opens them was compared.
        }
      }
    }
    return true;
  }

  /** What counts against the coordinator is its doing, though all rules were kept behind it. */
  private void against(Effect.Applied applied) {
    if (applied.refusal() != null) {
      return;
    }
    switch (PublicRecords.event(applied.record()).orElse(null)) {
      case ClaimIgnored shown ->
          against(applied, shown.getRequestId(), "the coordinator ignored the claim of");
      case TaskExposed shown ->
          against(applied, shown.getRequestId(), "the coordinator signed another task for");
      case null, default -> {}
    }
  }

  private void against(Effect.Applied applied, String requestId, String did) {
    findings.add(
        Finding.at(
            applied.record(),
            AuditRule.DECISION,
            "%s: %s %s".formatted(requestId, did, applied.record().signer())));
  }

  private void publish(Effect.Publish publish, boolean required) {
    Topic topic =
        switch (publish.stream()) {
          case CHALLENGES -> catalogue.challenges();
          case VERDICTS -> catalogue.verdicts();
          case FLAGS -> catalogue.flags();
          case LEDGER_COMMANDS -> catalogue.ledgerCommands();
        };
    int partition = topic.partitions() == 1 ? 0 : number;
    // What was never opened cannot be followed; without its secrets the rules only see it expire.
    boolean isKnown = opened.explains(publish.event());
    events.derived(
        publish.event(),
        publish.key(),
        required && isKnown,
        new LogPartition(topic.name(), partition));
  }

  /** A decision of an epoch, or about a case, that the spine as it was read does not reach. */
  private boolean isPending(SpecificRecord event, Shard shard) {
    return switch (event) {
      case Challenge c -> c.getEpoch() >= shard.nextEpoch();
      case Verdict v -> v.getEpoch() >= shard.nextEpoch();
      case DutyBegun d -> d.getEpoch() >= shard.nextEpoch();
      case DutyMissed d -> d.getShard() == number && shard.view().isOwed(d.getDutyEpoch());
      default -> opened.requestOf(event).filter(shard.view()::isOpen).isPresent();
    };
  }
}
