package io.verillm.schemas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Events to bytes and back, in Avro's single-object encoding: two marker bytes, the writer schema's
 * fingerprint (8 bytes, little endian), the binary body, nothing behind it. Bytes are signed and
 * kept as written; nobody re-encodes an event to check a signature.
 */
public final class EventCodec {
  /**
   * Largest event in bytes: with its key and headers, and as a dead letter once more with those of
   * the letter, it is a record of 8 MiB at most, which every broker can be told to take.
   */
  public static final int EVENT_BYTES_MAX = (8 * 1024 - 128) * 1024;

  /** Bytes in front of the body. */
  private static final int HEADER_BYTES = 10;

  private static final int MARKER = 0xC301;

  /** Coders that were generated with the events: the same bytes, without reflection. */
  private static final SpecificData CODERS = new SpecificData();

  /** A reader is for one thread, and making it takes as long as reading a small event. */
  private static final ThreadLocal<Map<Schema, SpecificDatumReader<SpecificRecord>>> READERS =
      ThreadLocal.withInitial(IdentityHashMap::new);

  private static final ThreadLocal<EventBytes> BYTES = ThreadLocal.withInitial(EventBytes::new);

  static {
    CODERS.setCustomCoders(true);
    // A length field must never make the decoder reserve more than an event can hold.
    limit("org.apache.avro.limits.bytes.maxLength");
    limit("org.apache.avro.limits.string.maxLength");
    limit("org.apache.avro.limits.collectionItems.maxLength");
  }

  private EventCodec() {}

  private static void limit(String property) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(EVENT_BYTES_MAX));
    }
  }

  /** The event's bytes. */
  public static byte[] encode(SpecificRecord event) {
    Schema schema = event.getSchema();
    EventBytes out = BYTES.get();
    out.clear();
    out.write(
        ByteBuffer.allocate(HEADER_BYTES)
            .putShort((short) MARKER)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(EventSchemas.fingerprint(schema))
            .array());
    try {
      new SpecificDatumWriter<SpecificRecord>(schema, CODERS).write(event, out);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode " + schema.getFullName(), e);
    }
    return out.take();
  }

  /**
   * The event that these bytes hold, read with this build's schema of its type.
   *
   * @throws UndecodableEvent for anything but exactly one event of a known schema
   */
  public static SpecificRecord decode(byte[] bytes) throws UndecodableEvent {
    return decode(bytes, EVENT_BYTES_MAX);
  }

  private static Schema writer(byte[] bytes, int bytesMax) throws UndecodableEvent {
    if (bytes.length < HEADER_BYTES || bytes.length > bytesMax) {
      throw new UndecodableEvent("an event has 10.." + bytesMax + " bytes, not " + bytes.length);
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    if ((header.getShort() & 0xFFFF) != MARKER) {
      throw new UndecodableEvent("not in single-object encoding: marker bytes C3 01 missing");
    }
    long fingerprint = header.order(ByteOrder.LITTLE_ENDIAN).getLong();
    return EventSchemas.byFingerprint(fingerprint)
        .orElseThrow(() -> new UndecodableEvent("unknown schema " + Long.toHexString(fingerprint)));
  }

  private static SpecificRecord decode(byte[] bytes, int bytesMax) throws UndecodableEvent {
    Schema writer = writer(bytes, bytesMax);
    try {
      BinaryDecoder decoder =
          DecoderFactory.get()
              .binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
      SpecificRecord event =
          READERS.get().computeIfAbsent(writer, EventCodec::reader).read(null, decoder);
      if (!decoder.isEnd()) {
        throw new UndecodableEvent("bytes behind the event");
      }
      return event;
    } catch (IOException | RuntimeException e) {
      throw new UndecodableEvent(writer.getName() + ": " + e.getMessage());
    }
  }

  /** As {@link #decode(byte[])}, for a reader that expects one type. */
  public static <T extends SpecificRecord> T decode(byte[] bytes, Class<T> type)
      throws UndecodableEvent {
    return decode(bytes, type, EVENT_BYTES_MAX);
  }

  /** As {@link #decode(byte[], Class)}, for what lies in a file and not on a topic. */
  public static <T extends SpecificRecord> T decode(byte[] bytes, Class<T> type, int bytesMax)
      throws UndecodableEvent {
    SpecificRecord event = decode(bytes, bytesMax);
    if (!type.isInstance(event)) {
      throw new UndecodableEvent(
          "expected " + type.getSimpleName() + ", found " + event.getSchema().getName());
    }
    return type.cast(event);
  }

  /**
   * Whether these are the bytes of just this event: as this build writes it, or as a build with an
   * older schema of it did, which knew no value but the default for what came later.
   */
  public static boolean isOf(byte[] bytes, SpecificRecord event) {
    if (Arrays.equals(bytes, encode(event))) {
      return true;
    }
    try {
      return decode(bytes).equals(event) && Arrays.equals(bytes, again(bytes));
    } catch (UndecodableEvent e) {
      return false;
    }
  }

  /** Written once more with the schema that they were written with: an event has one form. */
  private static byte[] again(byte[] bytes) throws UndecodableEvent {
    Schema writer = writer(bytes, EVENT_BYTES_MAX);
    EventBytes out = BYTES.get();
    out.clear();
    out.write(Arrays.copyOf(bytes, HEADER_BYTES));
    try {
      Object event =
          new GenericDatumReader<>(writer)
              .read(
                  null,
                  DecoderFactory.get()
                      .binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null));
      new GenericDatumWriter<>(writer).write(event, out);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write again what was read", e);
    }
    return out.take();
  }

  private static SpecificDatumReader<SpecificRecord> reader(Schema writer) {
    Schema current = SpecificData.get().getSchema(SpecificData.get().getClass(writer));
    return new SpecificDatumReader<>(writer, current, CODERS);
  }
}
