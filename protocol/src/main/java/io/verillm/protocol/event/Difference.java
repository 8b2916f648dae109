package io.verillm.protocol.event;

import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/** Says in which fields an event on the log differs from the one that the rules give. */
public final class Difference {
  private static final int VALUE_CHARS_MAX = 80;

  private Difference() {}

  /** The fields, with both values; where the record holds no event, why not. */
  public static String of(SignedRecord record, SpecificRecord derived) {
    SpecificRecord found;
    try {
      found = EventCodec.decode(record.value());
    } catch (UndecodableEvent e) {
      return String.valueOf(e.getMessage());
    }
    if (!found.getSchema().equals(derived.getSchema())) {
      return "%s where the rules give %s"
          .formatted(found.getSchema().getName(), derived.getSchema().getName());
    }
    List<String> fields = new ArrayList<>();
    for (Schema.Field field : derived.getSchema().getFields()) {
      Object there = found.get(field.pos());
      Object here = derived.get(field.pos());
      if (!Objects.equals(there, here)) {
        fields.add(
            "%s is %s where the rules give %s".formatted(field.name(), cut(there), cut(here)));
      }
    }
    return fields.isEmpty() ? "the bytes or the key differ" : String.join("; ", fields);
  }

  private static String cut(Object value) {
    String text =
        value instanceof ByteBuffer bytes
            ? HexFormat.of().formatHex(Wire.bytes(bytes))
            : String.valueOf(value);
    return text.length() <= VALUE_CHARS_MAX ? text : text.substring(0, VALUE_CHARS_MAX) + "...";
  }
}
