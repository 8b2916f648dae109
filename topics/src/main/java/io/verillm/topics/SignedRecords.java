package io.verillm.topics;

import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.schemas.EventCodec;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** Signed records to Kafka's records and back. Nothing here judges a signature. */
public final class SignedRecords {
  /** Header with the signer's name in UTF-8. */
  public static final String SIGNER_HEADER = "signer";

  /** Header with the detached Ed25519 signature, 64 bytes. */
  public static final String SIGNATURE_HEADER = "signature";

  private static final byte[] NOTHING = {};

  private SignedRecords() {}

  /**
   * The event, signed, ready to send.
   *
   * @param partition the partition, or null where Kafka is to take the key's
   * @throws IllegalArgumentException if the event is not one of the topic's or is over its limit
   */
  public static ProducerRecord<byte[], byte[]> signed(
      Topic topic,
      @Nullable Integer partition,
      byte[] key,
      SpecificRecord event,
      EventSigner signer) {
    if (!topic.holds(event.getSchema())) {
      throw new IllegalArgumentException(event.getSchema().getName() + " is no event of " + topic);
    }
    return signed(topic, partition, key, EventCodec.encode(event), signer);
  }

  /**
   * The value bytes, signed, ready to send.
   *
   * @param partition the partition, or null where Kafka is to take the key's
   * @throws IllegalArgumentException if the value is over the topic's limit
   */
  public static ProducerRecord<byte[], byte[]> signed(
      Topic topic, @Nullable Integer partition, byte[] key, byte[] value, EventSigner signer) {
    if (value.length > topic.recordBytesMax()) {
      throw new IllegalArgumentException(
          "%d bytes are over the limit of %s: %d"
              .formatted(value.length, topic, topic.recordBytesMax()));
    }
    SignedRecord record = signer.sign(topic.name(), partition == null ? -1 : partition, key, value);
    return new ProducerRecord<>(topic.name(), partition, key, value, headers(record));
  }

  /** The two headers of a signed record. */
  public static List<Header> headers(SignedRecord record) {
    return List.of(
        new RecordHeader(SIGNER_HEADER, record.signer().getBytes(StandardCharsets.UTF_8)),
        new RecordHeader(SIGNATURE_HEADER, record.signature()));
  }

  /** The record as it was read. What is absent, or a signer that is not UTF-8, is empty. */
  public static SignedRecord from(ConsumerRecord<byte[], byte[]> record) {
    return from(
        record.topic(),
        record.partition(),
        record.offset(),
        record.key(),
        record.value(),
        record.headers());
  }

  /** As {@link #from(ConsumerRecord)}, for who has the parts only, such as a Streams processor. */
  public static SignedRecord from(
      String topic,
      int partition,
      long offset,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers) {
    return new SignedRecord(
        topic,
        partition,
        offset,
        key == null ? NOTHING : key,
        value == null ? NOTHING : value,
        text(last(headers, SIGNER_HEADER)),
        last(headers, SIGNATURE_HEADER));
  }

  private static byte[] last(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null ? NOTHING : header.value();
  }

  // A replacement character would give two different headers one record hash.
  private static String text(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException notText) {
      return "";
    }
  }
}
