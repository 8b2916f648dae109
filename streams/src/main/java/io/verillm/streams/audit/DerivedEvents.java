package io.verillm.streams.audit;

import io.verillm.events.Challenge;
import io.verillm.events.DutyBegun;
import io.verillm.events.Verdict;
import io.verillm.protocol.event.Difference;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.shard.Decisions;
import io.verillm.schemas.EventCodec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;

/**
 * Compares the events that a shard's rules give with those on the log, each by what it is about: a
 * challenge by its round and part, a verdict by whether it is the last, a command by its id.
 */
final class DerivedEvents {
  private final Findings findings;
  private final Map<String, SignedRecord> onLog = new LinkedHashMap<>();

  DerivedEvents(Findings findings) {
    this.findings = findings;
  }

  /** Takes an event of the log. */
  void onLog(SignedRecord record, SpecificRecord event) {
    Decisions.identity(event)
        .ifPresent(identity -> {
          if (onLog.putIfAbsent(identity, record) != null) {
            findings.add(Finding.at(record, AuditRule.DECISION, identity + " is there twice"));
          }
        });
  }

  /**
   * Takes an event that the rules give.
   *
   * @param required whether the journal says that the coordinator has come so far
   * @param where the partition that it belongs to
   */
  void derived(SpecificRecord event, String key, boolean required, LogPartition where) {
    String identity = Decisions.identity(event).orElseThrow();
    SignedRecord record = onLog.remove(identity);
    if (record == null) {
      if (required) {
        findings.add(
            Finding.at(
                where, -1, AuditRule.DECISION, identity + " follows from the log and is missing"));
      }
      return;
    }
    findings.checked(AuditRule.DECISION);
    if (!EventCodec.isOf(record.value(), event)
        || !Arrays.equals(record.key(), key.getBytes(StandardCharsets.UTF_8))) {
      findings.add(
          Finding.at(record, AuditRule.DECISION, identity + ": " + Difference.of(record, event)));
    } else {
      count(event);
    }
  }

  private void count(SpecificRecord event) {
    switch (event) {
      case Challenge c -> findings.count("challenges recomputed", 1);
      case Verdict v -> findings.count("verdicts recomputed", 1);
      case DutyBegun d -> findings.count("duty epochs recomputed", 1);
      default -> findings.count("ledger commands recomputed", 1);
    }
  }

  /**
   * What lies on the log and was not derived.
   *
   * @param isPending whether a case's log may not be complete yet
   * @param isUnreadable whether only the case's parties can tell what follows
   */
  void finish(Predicate<SpecificRecord> isPending, Predicate<SpecificRecord> isUnreadable) {
    onLog.forEach((identity, record) -> {
      if (PublicRecords.event(record).filter(isUnreadable).isPresent()) {
        findings.count("decisions about private cases, not recomputed", 1);
      } else if (PublicRecords.event(record).filter(isPending).isPresent()) {
        findings.count("decisions whose causes were not read yet", 1);
      } else {
        findings.add(Finding.at(record, AuditRule.DECISION, identity + " follows from nothing"));
      }
    });
  }
}
