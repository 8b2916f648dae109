package io.verillm.streams.audit;

import io.verillm.events.Commitment;
import io.verillm.events.JournalEntry;
import io.verillm.events.Opening;
import io.verillm.events.OutputReady;
import io.verillm.events.TaskExposed;
import io.verillm.events.Vote;
import io.verillm.protocol.event.Difference;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Checked;
import io.verillm.protocol.log.JournalChain;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.Refusal;
import io.verillm.schemas.EventCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One shard's journal against the records that it names and the outcomes that the rules give. */
final class JournalReplay {
  private final List<SignedRecord> journal;
  private final Findings findings;
  private final List<Optional<JournalEntry>> entries = new ArrayList<>();
  private JournalChain replayed;
  private int next;

  /** Checks the chain and that each entry's record lies on the log as it says. */
  JournalReplay(int shard, List<SignedRecord> journal, SignatureAudit records, Findings findings) {
    this.journal = journal;
    this.findings = findings;
    this.replayed = JournalChain.start(shard);
    JournalChain chain = JournalChain.start(shard);
    boolean chained = true;
    for (SignedRecord record : journal) {
      findings.checked(AuditRule.JOURNAL);
      Optional<JournalEntry> entry =
          PublicRecords.event(record)
              .filter(JournalEntry.class::isInstance)
              .map(JournalEntry.class::cast);
      entries.add(entry);
      if (chained && chain.check(record.value()) instanceof Checked.Refused<?> refused) {
        findings.add(
            Finding.at(record, AuditRule.JOURNAL, refused.fault() + ": " + refused.detail()));
        chained = false;
      }
      chain = chain.after(record.value());
      entry.ifPresent(e -> describes(record, e, records));
    }
  }

  private void describes(SignedRecord record, JournalEntry entry, SignatureAudit records) {
    LogPartition partition = new LogPartition(entry.getTopic(), entry.getPartition());
    LogLeaf leaf = records.leaves(partition).get(entry.getOffset());
    if (leaf == null) {
      findings.add(
          Finding.at(
              record,
              AuditRule.JOURNAL,
              "%s@%d, which it names, does not lie on the log"
                  .formatted(partition, entry.getOffset())));
    } else if (!Wire.buffer(leaf.recordHash()).equals(entry.getRecordHash())) {
      findings.add(
          Finding.at(
              partition,
              entry.getOffset(),
              AuditRule.JOURNAL,
              "it is not the record that journal entry %d (%s-%d@%d) names"
                  .formatted(
                      entry.getSequence(), record.topic(), record.partition(), record.offset())));
    }
  }

  /** Offset of the last record of this topic that the coordinator had applied, -1 for none. */
  long applied(String topic) {
    return entries.stream()
        .flatMap(Optional::stream)
        .filter(entry -> entry.getTopic().equals(topic))
        .mapToLong(JournalEntry::getOffset)
        .max()
        .orElse(-1);
  }

  /**
   * Compares the next outcome that the rules give.
   *
   * @param isUnreadable whether the record is of a case that only its parties can follow
   */
  void outcome(Effect.Applied applied, OpenedCases opened, boolean isUnreadable) {
    if (next >= journal.size()) {
      return;
    }
    SignedRecord record = journal.get(next);
    String reason = applied.refusal() == null ? "" : applied.refusal().name();
    JournalEntry derived = replayed.entry(applied.epoch(), applied.record(), reason);
    Optional<JournalEntry> entry = entries.get(next);
    next++;
    replayed = replayed.after(record.value());
    if (EventCodec.isOf(record.value(), derived)) {
      findings.count("journal entries recomputed", 1);
    } else if (isUnreadable) {
      findings.count("records of private cases, which only their parties can judge", 1);
    } else if (entry.filter(e -> e.getAccepted() && isPending(applied, opened)).isPresent()) {
      findings.count("records of cases that the log has not opened yet", 1);
    } else {
      findings.add(
          Finding.at(
              record,
              AuditRule.JOURNAL,
              "%s-%d@%d: %s"
                  .formatted(
                      applied.record().topic(),
                      applied.record().partition(),
                      applied.record().offset(),
                      Difference.of(record, derived))));
    }
  }

  /** Who has which task is secret until a challenge or verdict opens it. */
  private static boolean isPending(Effect.Applied applied, OpenedCases opened) {
    if (applied.refusal() != Refusal.UNKNOWN_TASK) {
      return false;
    }
    return switch (PublicRecords.event(applied.record()).orElse(null)) {
      case Commitment c -> !opened.hasTask(c.getTaskId());
      case Opening o -> !opened.hasTask(o.getTaskId());
      case Vote v -> !opened.hasTask(v.getTaskId());
      case OutputReady r -> !opened.hasTask(r.getTaskId());
      case TaskExposed t -> !opened.hasTask(t.getTaskId());
      case null, default -> false;
    };
  }

  /** The journal must not say more than the records give. */
  void finish() {
    for (; next < journal.size(); next++) {
      findings.add(
          Finding.at(journal.get(next), AuditRule.JOURNAL, "no record on the log leads to it"));
    }
  }
}
