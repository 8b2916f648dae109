package io.verillm.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.kafka.connect.errors.DataException;

/** Which events each topic holds, as the catalogue's manifest says, which the plugin has in it. */
final class TopicEvents {
  private static final String MANIFEST = "/catalogue.json";

  private final Map<String, Set<String>> names = new HashMap<>();

  /**
   * Reads the manifest.
   *
   * @throws UncheckedIOException if the plugin was packed without one
   */
  TopicEvents() {
    try (InputStream in = TopicEvents.class.getResourceAsStream(MANIFEST)) {
      if (in == null) {
        throw new IOException("the plugin has no " + MANIFEST);
      }
      for (JsonNode topic : new ObjectMapper().readTree(in).path("topics")) {
        Set<String> events = new HashSet<>();
        topic.path("events").forEach(event -> events.add(event.asText()));
        names.put(topic.path("name").asText(), events);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether events of this schema belong into a topic.
   *
   * @throws DataException for a topic that holds no event at all: a table of it would stay empty
   */
  boolean belongs(String topic, Schema event) {
    Set<String> held = names.getOrDefault(topic, Set.of());
    if (held.isEmpty()) {
      throw new DataException(topic + " holds no event of the catalogue: no table can be filled");
    }
    return held.contains(event.getName());
  }
}
