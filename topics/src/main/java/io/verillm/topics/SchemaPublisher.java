package io.verillm.topics;

import io.verillm.schemas.EventSchemas;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Puts every version of every event's schema on the compacted topic of schemas, so that a reader in
 * any language finds the schema that an event's header names. Repeating it changes nothing.
 */
public final class SchemaPublisher {
  private final Topic topic;
  private final SignedProducer producer;

  /** Publishes with this producer. */
  public SchemaPublisher(Catalogue catalogue, SignedProducer producer) {
    this.topic = catalogue.schemas();
    this.producer = producer;
  }

  /**
   * Publishes all and waits until they are durable.
   *
   * @return how many
   * @throws org.apache.kafka.common.KafkaException if the broker does not take one
   */
  public int publish() {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (Schema current : EventSchemas.current()) {
      for (Schema version : EventSchemas.history(current.getName())) {
        byte[] json = version.toString().getBytes(StandardCharsets.UTF_8);
        sent.add(producer.sendBytes(topic, null, key(version), json));
      }
    }
    sent.forEach(Answers::await);
    return sent.size();
  }

  /** The 8 fingerprint bytes of a schema as they stand in the header of its events. */
  public static byte[] key(Schema schema) {
    try {
      return SchemaNormalization.parsingFingerprint("CRC-64-AVRO", schema);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Avro has CRC-64-AVRO built in", e);
    }
  }
}
