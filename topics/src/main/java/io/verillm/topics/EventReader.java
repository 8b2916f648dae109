package io.verillm.topics;

import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.EventVerifier;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.EventSchemas;
import io.verillm.schemas.UndecodableEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads one record of a topic: limit, encoding, kind of event, right to write there, signature.
 * Whatever the bytes are, the answer is a {@link Reading}; nothing is thrown.
 */
public final class EventReader {
  private static final int SCHEMA_HEADER_BYTES = 10;
  private static final short MARKER = (short) 0xC301;

  private EventReader() {}

  /**
   * Reads a record.
   *
   * @param topic the topic that the record was read from
   * @param record the record as it lies there
   * @param keys where signers' keys are found
   */
  public static Reading read(Topic topic, SignedRecord record, SignerKeys keys) {
    byte[] value = record.value();
    if (value.length > topic.recordBytesMax()) {
      return new Reading.Refused(
          record, DeadLetterReason.TOO_LARGE, value.length + " > " + topic.recordBytesMax());
    }
    if (record.signer().isEmpty() || record.signature().length == 0) {
      return new Reading.Refused(record, DeadLetterReason.NO_SIGNATURE, "a header is missing");
    }
    if (Role.ofSigner(record.signer()).filter(topic.writers()::contains).isEmpty()) {
      return new Reading.Refused(record, DeadLetterReason.SIGNER_NOT_ALLOWED, record.signer());
    }
    if (unknownSchema(value)) {
      return new Reading.Refused(
          record, DeadLetterReason.UNKNOWN_SCHEMA, Long.toHexString(fingerprint(value)));
    }
    try {
      return verified(topic, record, EventCodec.decode(value), keys);
    } catch (UndecodableEvent e) {
      return new Reading.Refused(record, DeadLetterReason.UNDECODABLE, e.getMessage());
    }
  }

  private static Reading verified(
      Topic topic, SignedRecord record, SpecificRecord event, SignerKeys keys) {
    if (!topic.holds(event.getSchema())) {
      return new Reading.Refused(record, DeadLetterReason.WRONG_EVENT, event.getSchema().getName());
    }
    Optional<VerifyKey> key = keys.keyOf(record.signer(), event);
    Optional<EventVerifier.Fault> fault = EventVerifier.fault(record, key);
    return fault.isPresent()
        ? new Reading.Refused(record, DeadLetterReason.of(fault.get()), record.signer())
        : new Reading.Valid(record, event);
  }

  private static boolean unknownSchema(byte[] value) {
    return value.length >= SCHEMA_HEADER_BYTES
        && ByteBuffer.wrap(value).getShort() == MARKER
        && EventSchemas.byFingerprint(fingerprint(value)).isEmpty();
  }

  private static long fingerprint(byte[] value) {
    return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong(Short.BYTES);
  }
}
