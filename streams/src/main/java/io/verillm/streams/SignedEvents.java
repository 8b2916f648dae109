package io.verillm.streams;

import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Signed records inside a processor: as they came, and as they go to a sink. */
public final class SignedEvents {
  private SignedEvents() {}

  /** The record as it lies on the log. */
  public static SignedRecord read(RecordMetadata origin, Record<byte[], byte[]> record) {
    return SignedRecords.from(
        origin.topic(),
        origin.partition(),
        origin.offset(),
        record.key(),
        record.value(),
        record.headers());
  }

  /**
   * The event, signed for a topic; the sink must be the one of that topic.
   *
   * @param timestamp milliseconds, taken from the record that caused it
   * @throws IllegalArgumentException if the event is not one of the topic's or is over its limit
   */
  public static Record<byte[], byte[]> write(
      Topic topic, byte[] key, SpecificRecord event, EventSigner signer, long timestamp) {
    return forSink(SignedRecords.signed(topic, null, key, event, signer), timestamp);
  }

  /** A record made for a producer, such as a dead letter, for the sink of the same topic. */
  public static Record<byte[], byte[]> forSink(
      ProducerRecord<byte[], byte[]> record, long timestamp) {
    return new Record<>(record.key(), record.value(), timestamp, record.headers());
  }
}
