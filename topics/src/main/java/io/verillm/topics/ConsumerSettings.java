package io.verillm.topics;

import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Settings that every plain reader of events has. */
public final class ConsumerSettings {
  private ConsumerSettings() {}

  /** Committed records only, no group, from the beginning where nothing else is sought. */
  public static Map<String, Object> of(KafkaAccess access) {
    Map<String, Object> settings = access.settings();
    settings.put("isolation.level", "read_committed");
    settings.put("auto.offset.reset", "earliest");
    settings.put("enable.auto.commit", "false");
    settings.put("allow.auto.create.topics", "false");
    settings.put("fetch.max.wait.ms", "100");
    return settings;
  }

  /** A consumer of bytes with these settings. */
  public static Consumer<byte[], byte[]> consumer(KafkaAccess access) {
    return new KafkaConsumer<>(
        of(access), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
