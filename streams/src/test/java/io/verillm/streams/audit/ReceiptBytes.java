package io.verillm.streams.audit;

import io.verillm.events.Receipt;
import io.verillm.protocol.receipt.ReceiptFile;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/** Which byte of a receipt's file belongs to which field. */
final class ReceiptBytes {
  /** Marker and fingerprint of single-object encoding. */
  private static final int HEADER = 10;

  private final byte[] file;
  private final boolean opensEvents;
  private final List<Field> fields = new ArrayList<>();
  private final List<Field> strings = new ArrayList<>();
  private int at = HEADER;

  /**
   * Bytes of one field, or of the number in front of it.
   *
   * @param record which record it belongs to, as findings name it, such as {@code log 17}; empty
   *     for none
   * @param name the field, or {@code length} for how long something is
   * @param start its first byte
   * @param end behind its last byte
   */
  record Field(String record, String name, int start, int end) {
    /** The same for all records of a list. */
    String kind() {
      return record.split(" ")[0] + "/" + name;
    }
  }

  private ReceiptBytes(byte[] file, boolean opensEvents) {
    this.file = file;
    this.opensEvents = opensEvents;
  }

  /** Every byte of a file, in order. */
  static List<Field> of(Receipt receipt) {
    return List.copyOf(read(receipt, false).fields);
  }

  /** Every string in a receipt's events, and in the events that these hold. */
  static List<Field> stringsOfEvents(Receipt receipt) {
    return read(receipt, true).strings.stream().filter(f -> f.name().contains(".")).toList();
  }

  private static ReceiptBytes read(Receipt receipt, boolean opensEvents) {
    ReceiptBytes bytes = new ReceiptBytes(ReceiptFile.write(receipt), opensEvents);
    bytes.fields.add(new Field("", "length", 0, HEADER));
    bytes.record(Receipt.getClassSchema(), "");
    bytes.endsAt(bytes.file.length);
    return bytes;
  }

  private void endsAt(int end) {
    if (at != end) {
      throw new AssertionError("at byte %d, not %d".formatted(at, end));
    }
  }

  private void record(Schema schema, String record) {
    for (Schema.Field field : schema.getFields()) {
      boolean outermost = schema.equals(Receipt.getClassSchema());
      String name = field.name();
      // Fields of the receipt's own records need no other name.
      boolean inEvent = !schema.getName().contains("Receipt");
      value(
          field.schema(),
          outermost ? name : record,
          inEvent ? schema.getName() + "." + name : name,
          outermost);
    }
  }

  /** An event in single-object encoding, of this build's schema. */
  private void event(Schema schema, String record, int end) {
    at += HEADER;
    record(schema, record);
    endsAt(end);
  }

  private Optional<Schema> schemaOf(int start, int end) {
    try {
      return Optional.of(EventCodec.decode(Arrays.copyOfRange(file, start, end)).getSchema());
    } catch (UndecodableEvent e) {
      return Optional.empty();
    }
  }

  private void value(Schema schema, String record, String name, boolean outermost) {
    switch (schema.getType()) {
      case RECORD -> record(schema, record);
      case STRING, BYTES -> {
        int end = (int) number(record, "length") + at;
        Field field = new Field(record, name, at, end);
        boolean isText = schema.getType() == Schema.Type.STRING;
        Optional<Schema> inner =
            opensEvents && !isText ? schemaOf(field.start(), end) : Optional.empty();
        if (inner.isPresent()) {
          event(inner.get(), record, end);
        } else {
          fields.add(field);
          if (isText) {
            strings.add(field);
          }
        }
        at = end;
      }
      case INT, LONG, ENUM -> number(record, name);
      case BOOLEAN -> at++;
      case FLOAT -> at += Float.BYTES;
      case DOUBLE -> at += Double.BYTES;
      case UNION -> value(schema.getTypes().get((int) number(record, name)), record, name, false);
      case NULL -> {
        // No bytes.
      }
      case ARRAY -> {
        int index = 0;
        for (long left = number(record, "length"); left > 0; left = number(record, "length")) {
          for (; left > 0; left--) {
            value(
                schema.getElementType(),
                outermost ? "%s %d".formatted(name, index++) : record,
                name,
                false);
          }
        }
      }
      default -> throw new AssertionError(schema);
    }
  }

  /** A zigzag number of as many bytes as it needs. */
  private long number(String record, String name) {
    int start = at;
    long read = 0;
    int shift = 0;
    while (file[at] < 0) {
      read |= (file[at++] & 0x7FL) << shift;
      shift += 7;
    }
    read |= (file[at++] & 0x7FL) << shift;
    fields.add(new Field(record, name, start, at));
    return (read >>> 1) ^ -(read & 1);
  }
}
