package io.verillm.streams.audit;

import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.log.LogPartition;
import io.verillm.topics.RecordKeys;

/**
 * One thing that is not as the rules make it.
 *
 * @param topic topic of the record that is wrong
 * @param partition its partition
 * @param offset its offset, -1 where no one record is meant
 * @param event what the record is, as its event's name and its key; empty where that is not known
 * @param rule the rule that it breaks
 * @param message what was found
 */
public record Finding(
    String topic, int partition, long offset, String event, AuditRule rule, String message) {

  static Finding at(SignedRecord record, AuditRule rule, String message) {
    return new Finding(
        record.topic(), record.partition(), record.offset(), words(record), rule, message);
  }

  static Finding at(LogPartition partition, long offset, AuditRule rule, String message) {
    return new Finding(partition.topic(), partition.partition(), offset, "", rule, message);
  }

  private static String words(SignedRecord record) {
    String name =
        PublicRecords.event(record).map(event -> event.getSchema().getName()).orElse("unreadable");
    return name + " " + RecordKeys.readable(record.key());
  }

  /** The place for people; of a partition where no one record is meant. */
  String where() {
    String place = topic + "-" + partition;
    return offset < 0 ? place : place + "@" + offset;
  }
}
