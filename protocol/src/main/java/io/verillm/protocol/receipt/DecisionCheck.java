package io.verillm.protocol.receipt;

import io.verillm.events.DutyBegun;
import io.verillm.events.TasksIssued;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.event.Difference;
import io.verillm.protocol.shard.Decisions;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.Refusal;
import io.verillm.schemas.EventCodec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/** Whether everything that was decided follows from the records. */
final class DecisionCheck {
  private final OpenReceipt receipt;
  private final ReceiptTopics topics;
  private final ReceiptFindings findings;
  private final Map<String, Entry> told = new LinkedHashMap<>();

  DecisionCheck(OpenReceipt receipt, ReceiptTopics topics, ReceiptFindings findings) {
    this.receipt = receipt;
    this.topics = topics;
    this.findings = findings;
  }

  /** Gives whether all of it could be read. */
  boolean run(VrfPublicKey coordinator, Optional<DecryptionKey> requester) {
    for (Entry entry : receipt.log()) {
      // What began before the request is believed; an audit sees whether it had to begin.
      Decisions.identity(entry.event())
          .filter(id -> !(entry.event() instanceof DutyBegun))
          .ifPresent(id ->
              findings.check(
                  ReceiptRule.DECISION,
                  told.putIfAbsent(id, entry) == null,
                  entry.name(),
                  "it is there twice"));
    }
    CaseReplay replay = new CaseReplay(receipt, topics, coordinator, requester);
    try {
      replay.run();
    } catch (RuntimeException e) {
      findings.add(
          ReceiptRule.DECISION, OpenReceipt.FILE, "it cannot be decided again: " + e.getMessage());
      return true;
    }
    replay.misplaced().forEach((entry, why) -> findings.add(ReceiptRule.SEAL, entry.name(), why));
    replay.published().forEach(this::compare);
    if (replay.isUnreadable()) {
      return false;
    }
    records(replay);
    issued(replay);
    told.forEach(
        (id, entry) -> findings.add(ReceiptRule.DECISION, entry.name(), "it follows from nothing"));
    return true;
  }

  private void records(CaseReplay replay) {
    for (Entry entry : receipt.log()) {
      if (topics.shard().sealed().contains(entry.record().topic())) {
        findings.holds(ReceiptRule.RECORD);
      }
    }
    replay
        .refused()
        .forEach((entry, refusal) -> {
          // What counts against its maker belongs to the case; the others were told before.
          boolean told =
              refusal == Refusal.BAD_EPOCH
                  || refusal == Refusal.BAD_REGISTRATION
                  || CaseReplay.isEvidence(refusal);
          if (!told) {
            findings.add(ReceiptRule.RECORD, entry.name(), "it does not count: " + refusal);
          }
        });
  }

  /** The coordinator speaks of what the rules issue; where it did not yet, no time counts. */
  private void issued(CaseReplay replay) {
    Set<Long> told = new HashSet<>();
    for (Entry entry : receipt.log()) {
      if (entry.event() instanceof TasksIssued issue) {
        findings.check(
            ReceiptRule.DECISION,
            told.add(issue.getEpoch()) && replay.issued().contains(issue.getEpoch()),
            entry.name(),
            "nothing was issued at the tick of epoch " + issue.getEpoch());
      }
    }
  }

  private void compare(Effect.Publish publish) {
    SpecificRecord event = publish.event();
    String id = Decisions.identity(event).orElseThrow();
    Entry entry = told.remove(id);
    if (entry == null) {
      findings.add(
          ReceiptRule.DECISION, id, "it follows from the records and is not in the receipt");
      return;
    }
    boolean same =
        entry.lies(topics.of(publish.stream()))
            && Arrays.equals(entry.record().key(), publish.key().getBytes(StandardCharsets.UTF_8))
            && EventCodec.isOf(entry.record().value(), event);
    findings.check(
        ReceiptRule.DECISION, same, entry.name(), same ? "" : Difference.of(entry.record(), event));
  }
}
