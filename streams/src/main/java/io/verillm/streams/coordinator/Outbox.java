package io.verillm.streams.coordinator;

import io.verillm.protocol.event.SignedRecord;
import io.verillm.topics.DeadLetterReason;
import io.verillm.topics.Topic;
import org.apache.avro.specific.SpecificRecord;

/** Where the app's own events go: signed, inside the transaction of the record being processed. */
interface Outbox {
  /** Signs and sends to the key's partition; gives the value bytes. */
  byte[] send(Topic topic, byte[] key, SpecificRecord event);

  /** Signs and sends to one partition; gives the value bytes. */
  byte[] send(Topic topic, int partition, byte[] key, SpecificRecord event);

  /** Counts a record that does not count, and keeps it as a dead letter. */
  void refuse(SignedRecord record, DeadLetterReason reason, String detail);
}
