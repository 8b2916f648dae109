package io.verillm.streams.audit;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.LogPartition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Kafka's records to the records of an archive file and back. */
final class ArchivedRecords {
  private static final Schema HEADER =
      SchemaBuilder.record("ArchivedHeader")
          .namespace("io.verillm.archive")
          .fields()
          .requiredString("name")
          .optionalBytes("value")
          .endRecord();

  /** A record of a file; the digest covers topic, partition and every other field. */
  static final Schema SCHEMA =
      SchemaBuilder.record("ArchivedRecord")
          .namespace("io.verillm.archive")
          .fields()
          .requiredLong("offset")
          .requiredLong("timestampMillis")
          .optionalBytes("key")
          .optionalBytes("value")
          .name("headers")
          .type()
          .array()
          .items(HEADER)
          .noDefault()
          .requiredBytes("digest")
          .endRecord();

  private ArchivedRecords() {}

  static GenericRecord write(ConsumerRecord<byte[], byte[]> record) {
    GenericRecord archived = new GenericData.Record(SCHEMA);
    archived.put("offset", record.offset());
    archived.put("timestampMillis", record.timestamp());
    archived.put("key", buffer(record.key()));
    archived.put("value", buffer(record.value()));
    List<GenericRecord> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      GenericRecord written = new GenericData.Record(HEADER);
      written.put("name", header.key());
      written.put("value", buffer(header.value()));
      headers.add(written);
    }
    archived.put("headers", headers);
    archived.put("digest", Wire.buffer(digest(record)));
    return archived;
  }

  static ConsumerRecord<byte[], byte[]> read(LogPartition partition, GenericRecord archived) {
    Headers headers = new RecordHeaders();
    for (Object item : (List<?>) archived.get("headers")) {
      GenericRecord header = (GenericRecord) item;
      headers.add(new RecordHeader(header.get("name").toString(), bytes(header.get("value"))));
    }
    byte[] key = bytes(archived.get("key"));
    byte[] value = bytes(archived.get("value"));
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        (Long) archived.get("offset"),
        (Long) archived.get("timestampMillis"),
        TimestampType.CREATE_TIME,
        key == null ? -1 : key.length,
        value == null ? -1 : value.length,
        key,
        value,
        headers,
        Optional.empty());
  }

  /** Whether the record is the one whose digest was written. */
  static boolean isIntact(ConsumerRecord<byte[], byte[]> record, GenericRecord archived) {
    return Wire.buffer(digest(record)).equals(archived.get("digest"));
  }

  private static Hash digest(ConsumerRecord<byte[], byte[]> record) {
    HashInput input =
        HashInput.of("archived")
            .add(record.topic())
            .add(record.partition())
            .add(record.offset())
            .add(record.timestamp());
    optional(input, record.key());
    optional(input, record.value());
    for (Header header : record.headers()) {
      input.add(header.key());
      optional(input, header.value());
    }
    return input.hash();
  }

  private static void optional(HashInput input, byte @Nullable [] bytes) {
    if (bytes == null) {
      input.add(0);
    } else {
      input.add(1).add(bytes);
    }
  }

  private static @Nullable ByteBuffer buffer(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  private static byte @Nullable [] bytes(@Nullable Object buffer) {
    return buffer == null ? null : Wire.bytes((ByteBuffer) buffer);
  }
}
