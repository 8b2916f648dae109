package io.verillm.connect;

import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.storage.Converter;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of the log's topics for Kafka Connect: events in single-object encoding, of any
 * version that this build knows, as structs of the current one. Reads only, and checks no
 * signature: who may write a topic is the broker's affair.
 */
public final class EventConverter implements Converter {
  private final Map<org.apache.avro.Schema, EventShape> shapes = new ConcurrentHashMap<>();

  /** For Connect, which makes converters by their class' name. */
  public EventConverter() {}

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    if (isKey) {
      throw new ConfigException("events are values: keys take another converter");
    }
  }

  /**
   * The event as a struct.
   *
   * @throws DataException for anything but exactly one event of a known schema
   */
  @Override
  public SchemaAndValue toConnectData(String topic, byte @Nullable [] value) {
    if (value == null) {
      return SchemaAndValue.NULL;
    }
    try {
      SpecificRecord event = EventCodec.decode(value);
      EventShape shape = shapes.computeIfAbsent(event.getSchema(), EventShape::of);
      return new SchemaAndValue(shape.schema(), shape.value().apply(event));
    } catch (UndecodableEvent e) {
      throw new DataException("on " + topic + ": " + e.getMessage(), e);
    }
  }

  /** Refuses: nobody writes events through Connect. */
  @Override
  public byte[] fromConnectData(String topic, Schema schema, Object value) {
    throw new DataException("nobody writes events to " + topic + " through Connect");
  }
}
