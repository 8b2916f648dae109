package io.verillm.streams.audit;

import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.Catalogue;
import io.verillm.topics.EventReader;
import io.verillm.topics.Reading;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads every record once: verifies it, and keeps its leaf. Where a cluster does not keep strangers
 * out they can write nonsense, which honest readers pass over; so a bad record is only suspect
 * until a seal shows that it was bad on the log already.
 */
final class SignatureAudit {
  private final Catalogue catalogue;
  private final RegistrySnapshot registry;
  private final Findings findings;
  private final Map<LogPartition, NavigableMap<Long, LogLeaf>> leaves = new HashMap<>();
  private final Map<LogPartition, NavigableMap<Long, Finding>> suspects = new TreeMap<>();
  private final Map<LogPartition, Set<Long>> passedOver = new HashMap<>();

  SignatureAudit(Catalogue catalogue, RegistrySnapshot registry, Findings findings) {
    this.catalogue = catalogue;
    this.registry = registry;
    this.findings = findings;
  }

  void read(RecordSource source, LogPartition partition) {
    Topic topic = catalogue.byName(partition.topic()).orElseThrow();
    NavigableMap<Long, LogLeaf> own = new TreeMap<>();
    NavigableMap<Long, Finding> bad = new TreeMap<>();
    leaves.put(partition, own);
    suspects.put(partition, bad);
    source.read(
        partition,
        new RecordSource.Sink() {
          @Override
          public void record(ConsumerRecord<byte[], byte[]> raw) {
            SignedRecord record = SignedRecords.from(raw);
            own.put(record.offset(), LogLeaf.of(record));
            verify(topic, record, bad);
          }

          @Override
          public void damaged(LogPartition where, long offset, String message) {
            findings.add(Finding.at(where, offset, AuditRule.ARCHIVE, message));
          }
        });
    passedOver.put(partition, Set.copyOf(bad.keySet()));
    findings.count("records read", own.size());
  }

  private void verify(Topic topic, SignedRecord record, NavigableMap<Long, Finding> bad) {
    findings.checked(AuditRule.ARCHIVE);
    findings.checked(AuditRule.SIGNATURE);
    Reading reading = EventReader.read(topic, record, (signer, event) -> registry.keyOf(signer));
    if (reading instanceof Reading.Refused refused) {
      bad.put(
          record.offset(),
          Finding.at(record, AuditRule.SIGNATURE, refused.reason() + ": " + refused.detail()));
    }
  }

  /** Whether the record is an event of its topic, signed by who may write it. */
  boolean isValid(SignedRecord record) {
    LogPartition partition = new LogPartition(record.topic(), record.partition());
    return !passedOver.getOrDefault(partition, Set.of()).contains(record.offset());
  }

  /** The leaves of a partition by offset. */
  NavigableMap<Long, LogLeaf> leaves(LogPartition partition) {
    return leaves.getOrDefault(partition, new TreeMap<>());
  }

  /**
   * Records of a range are known to lie on the log as they were read: the bad ones were bad there.
   */
  void clear(LogPartition partition, long start, long end) {
    NavigableMap<Long, Finding> bad =
        suspects.getOrDefault(partition, new TreeMap<>()).subMap(start, true, end, false);
    findings.count("records that honest readers pass over", bad.size());
    bad.clear();
  }

  /** What no seal excuses is wrong. */
  void accuse() {
    suspects.values().forEach(bad -> bad.values().forEach(findings::add));
  }
}
