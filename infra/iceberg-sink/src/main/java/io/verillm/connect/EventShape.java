package io.verillm.connect;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * One Avro type as Connect knows it.
 *
 * @param schema Connect's name of the type; fields in small letters, because Athena sees no others
 * @param value takes a value of the one into the other
 */
record EventShape(Schema schema, UnaryOperator<@Nullable Object> value) {
  /**
   * The shape of a type that events are made of.
   *
   * @throws DataException for types that no event has
   */
  static EventShape of(org.apache.avro.Schema type) {
    return switch (type.getType()) {
      case RECORD -> record(type, SchemaBuilder.struct());
      case ARRAY -> array(of(type.getElementType()));
      case UNION -> optional(type);
      case STRING, ENUM -> new EventShape(Schema.STRING_SCHEMA, String::valueOf);
      case BYTES -> same(Schema.BYTES_SCHEMA);
      case INT -> same(Schema.INT32_SCHEMA);
      case LONG -> same(Schema.INT64_SCHEMA);
      case FLOAT -> same(Schema.FLOAT32_SCHEMA);
      case DOUBLE -> same(Schema.FLOAT64_SCHEMA);
      case BOOLEAN -> same(Schema.BOOLEAN_SCHEMA);
      case MAP, FIXED, NULL -> throw new DataException("no event has a field like " + type);
    };
  }

  private static EventShape same(Schema schema) {
    return new EventShape(schema, UnaryOperator.identity());
  }

  private static EventShape array(EventShape item) {
    return new EventShape(
        SchemaBuilder.array(item.schema()).build(),
        values -> ((List<?>) values).stream().map(item.value()).toList());
  }

  private static EventShape optional(org.apache.avro.Schema union) {
    List<org.apache.avro.Schema> types =
        union.getTypes().stream()
            .filter(type -> type.getType() != org.apache.avro.Schema.Type.NULL)
            .toList();
    if (types.size() != 1) {
      throw new DataException("no event has a field like " + union);
    }
    EventShape present = optional(types.get(0), union);
    return new EventShape(
        present.schema(), value -> value == null ? null : present.value().apply(value));
  }

  private static EventShape optional(org.apache.avro.Schema type, org.apache.avro.Schema union) {
    if (type.getType() == org.apache.avro.Schema.Type.RECORD) {
      return record(type, SchemaBuilder.struct().optional());
    }
    EventShape always = of(type);
    if (!always.schema().type().isPrimitive()) {
      throw new DataException("no event has a field like " + union);
    }
    return new EventShape(
        new SchemaBuilder(always.schema().type()).optional().build(), always.value());
  }

  private static EventShape record(org.apache.avro.Schema type, SchemaBuilder empty) {
    List<EventShape> shapes =
        type.getFields().stream().map(Field::schema).map(EventShape::of).toList();
    SchemaBuilder builder = empty.name(type.getFullName());
    for (Field field : type.getFields()) {
      builder.field(field.name().toLowerCase(Locale.ROOT), shapes.get(field.pos()).schema());
    }
    Schema schema = builder.build();
    return new EventShape(
        schema,
        value -> {
          IndexedRecord from = (IndexedRecord) value;
          Struct to = new Struct(schema);
          for (int position = 0; position < shapes.size(); position++) {
            to.put(
                schema.fields().get(position),
                shapes.get(position).value().apply(from.get(position)));
          }
          return to;
        });
  }
}
