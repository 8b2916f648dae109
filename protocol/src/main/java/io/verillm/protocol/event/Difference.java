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
    List<String> differences = new ArrayList<>();
    compareFields("", found, derived, differences);
    return differences.isEmpty() ? "the bytes or the key differ" : String.join("; ", differences);
  }

  private static void compareFields(
      String path, SpecificRecord there, SpecificRecord here, List<String> differences) {
    for (Schema.Field field : here.getSchema().getFields()) {
      compare(path + field.name(), there.get(field.pos()), here.get(field.pos()), differences);
    }
  }

  private static void compare(String path, Object there, Object here, List<String> differences) {
    if (Objects.equals(there, here)) {
      return;
    }
    if (there instanceof SpecificRecord a && here instanceof SpecificRecord b) {
      compareFields(path + ".", a, b, differences);
    } else if (there instanceof List<?> a && here instanceof List<?> b) {
      compareLists(path, a, b, differences);
    } else {
      differences.add("%s is %s where the rules give %s".formatted(path, cut(there), cut(here)));
    }
  }

  private static void compareLists(
      String path, List<?> there, List<?> here, List<String> differences) {
    if (there.size() != here.size()) {
      differences.add(
          "%s has %d entries where the rules give %d".formatted(path, there.size(), here.size()));
      return;
    }
    for (int i = 0; i < here.size(); i++) {
      compare("%s[%d]".formatted(path, i), there.get(i), here.get(i), differences);
    }
  }

  private static String cut(Object value) {
    String text =
        value instanceof ByteBuffer bytes
            ? HexFormat.of().formatHex(Wire.bytes(bytes))
            : String.valueOf(value);
    return text.length() <= VALUE_CHARS_MAX ? text : text.substring(0, VALUE_CHARS_MAX) + "...";
  }
}
