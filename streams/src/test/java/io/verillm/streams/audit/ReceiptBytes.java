package io.verillm.streams.audit;

import io.verillm.events.Receipt;
import io.verillm.protocol.receipt.ReceiptFile;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/** Which byte of a receipt's file belongs to which field. */
final class ReceiptBytes {
  /** Marker and fingerprint of single-object encoding. */
  private static final int HEADER = 10;

  private final byte[] file;
  private final List<Field> fields = new ArrayList<>();
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

  private ReceiptBytes(byte[] file) {
    this.file = file;
  }

  /** Every byte of a file, in order. */
  static List<Field> of(Receipt receipt) {
    ReceiptBytes bytes = new ReceiptBytes(ReceiptFile.write(receipt));
    bytes.fields.add(new Field("", "length", 0, HEADER));
    bytes.record(Receipt.getClassSchema(), "");
    if (bytes.at != bytes.file.length) {
      throw new AssertionError("the file goes on behind byte " + bytes.at);
    }
    return List.copyOf(bytes.fields);
  }

  private void record(Schema schema, String record) {
    for (Schema.Field field : schema.getFields()) {
      boolean outermost = schema.equals(Receipt.getClassSchema());
      value(field.schema(), outermost ? field.name() : record, field.name(), outermost);
    }
  }

  private void value(Schema schema, String record, String name, boolean outermost) {
    switch (schema.getType()) {
      case RECORD -> record(schema, record);
      case STRING, BYTES -> {
        int length = (int) number(record, "length");
        fields.add(new Field(record, name, at, at + length));
        at += length;
      }
      case LONG -> number(record, name);
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
