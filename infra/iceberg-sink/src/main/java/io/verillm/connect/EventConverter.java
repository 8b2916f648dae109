package io.verillm.connect;

import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.storage.Converter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the values of the log's topics for Kafka Connect: events in single-object encoding, of any
 * version that this build knows, as structs of the current one. Reads only, and checks no
 * signature: who may write a topic is the broker's affair. What is no event, or one that belongs on
 * another topic, is left out, as every reader of the log does, so that one worker's junk can
 * neither end the tables nor give them columns.
 */
public final class EventConverter implements Converter {
  private static final Logger LOG = LoggerFactory.getLogger(EventConverter.class);

  private final TopicEvents events = new TopicEvents();
  private final Map<org.apache.avro.Schema, EventShape> shapes = new ConcurrentHashMap<>();
  private final AtomicLong leftOut = new AtomicLong();

  /** For Connect, which makes converters by their class' name. */
  public EventConverter() {}

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    if (isKey) {
      throw new ConfigException("events are values: keys take another converter");
    }
  }

  /** The event as a struct; null for anything but exactly one event that the topic holds. */
  @Override
  public SchemaAndValue toConnectData(String topic, byte @Nullable [] value) {
    if (value == null) {
      return SchemaAndValue.NULL;
    }
    SpecificRecord event;
    try {
      event = EventCodec.decode(value);
    } catch (UndecodableEvent e) {
      return leftOut(topic, e.getMessage());
    }
    if (!events.belongs(topic, event.getSchema())) {
      return leftOut(topic, "no " + event.getSchema().getName() + " belongs there");
    }
    EventShape shape = shapes.computeIfAbsent(event.getSchema(), EventShape::of);
    return new SchemaAndValue(shape.schema(), shape.value().apply(event));
  }

  private SchemaAndValue leftOut(String topic, String why) {
    long count = leftOut.incrementAndGet();
    // Ever more rarely: whoever writes junk should not fill the log of Connect, too.
    if (Long.bitCount(count) == 1) {
      LOG.warn("{} records left out so far, the last on {}: {}", count, topic, why);
    }
    return SchemaAndValue.NULL;
  }

  /** Refuses: nobody writes events through Connect. */
  @Override
  public byte[] fromConnectData(String topic, Schema schema, Object value) {
    throw new DataException("nobody writes events to " + topic + " through Connect");
  }
}
