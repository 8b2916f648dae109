package io.verillm.streams.audit;

import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.log.LogPartition;

/**
 * One thing that is not as the rules make it.
 *
 * @param topic topic of the record that is wrong
 * @param partition its partition
 * @param offset its offset, -1 where no one record is meant
 * @param rule the rule that it breaks
 * @param message what was found
 */
public record Finding(String topic, int partition, long offset, AuditRule rule, String message) {

  static Finding at(SignedRecord record, AuditRule rule, String message) {
    return new Finding(record.topic(), record.partition(), record.offset(), rule, message);
  }

  static Finding at(LogPartition partition, long offset, AuditRule rule, String message) {
    return new Finding(partition.topic(), partition.partition(), offset, rule, message);
  }
}
