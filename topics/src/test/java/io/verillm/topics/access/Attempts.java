package io.verillm.topics.access;

import io.verillm.topics.Answers;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What one user tries. Every method does the thing itself and tells whether the broker let it; an
 * error that is no denial is thrown.
 */
final class Attempts implements AutoCloseable {
  private static final byte[] BYTES = {1};
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int POLLS_MAX = 100;

  private final KafkaAccess access;
  private final Producer<byte[], byte[]> producer;
  private final Consumer<byte[], byte[]> consumer;
  private final Admin admin;

  Attempts(KafkaAccess access) {
    this.access = access;
    this.producer = producer(SignedProducer.settings(access));
    this.consumer = ConsumerSettings.consumer(access);
    this.admin = access.admin();
  }

  private static Producer<byte[], byte[]> producer(Map<String, Object> settings) {
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static boolean allowed(Runnable attempt) {
    try {
      attempt.run();
      return true;
    } catch (AuthorizationException denied) {
      return false;
    } catch (KafkaException failed) {
      // A producer that may not begin at all is told in the background and fails its next send.
      if (failed.getCause() instanceof AuthorizationException) {
        return false;
      }
      throw failed;
    }
  }

  boolean write(Topic topic) {
    return allowed(
        () -> Answers.await(producer.send(new ProducerRecord<>(topic.name(), 0, BYTES, BYTES))));
  }

  /** Reads a record, which the topic must have. */
  boolean read(Topic topic) {
    TopicPartition partition = new TopicPartition(topic.name(), 0);
    return allowed(() -> {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      for (int polls = 0; consumer.poll(POLL).isEmpty(); polls++) {
        if (polls == POLLS_MAX) {
          throw new IllegalStateException("nothing to read on " + topic + " for " + access);
        }
      }
    });
  }

  /** Commits an offset of a topic that everybody may read. */
  boolean commit(String group, Topic readable) {
    Map<String, Object> settings = ConsumerSettings.of(access);
    settings.put("group.id", group);
    try (Consumer<byte[], byte[]> member =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      return allowed(() ->
          member.commitSync(
              Map.of(new TopicPartition(readable.name(), 0), new OffsetAndMetadata(0))));
    }
  }

  /** Joins a share group and takes a task, where there is one. */
  boolean share(String group, Topic topic) {
    Map<String, Object> settings = access.settings();
    settings.put("group.id", group);
    try (ShareConsumer<byte[], byte[]> member =
        new KafkaShareConsumer<>(
            settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      member.subscribe(List.of(topic.name()));
      return allowed(() -> {
        for (int polls = 0; member.poll(POLL).isEmpty(); polls++) {
          if (polls == POLLS_MAX) {
            throw new IllegalStateException("no task of " + topic + " for " + access);
          }
        }
      });
    }
  }

  /** Begins a transaction on a topic and aborts it. */
  boolean transaction(String transactionalId) {
    Map<String, Object> settings = new HashMap<>(SignedProducer.settings(access));
    settings.put("transactional.id", transactionalId);
    try (Producer<byte[], byte[]> own = producer(settings)) {
      return allowed(own::initTransactions);
    }
  }

  /** Anything else, by an admin client. */
  boolean administer(java.util.function.Consumer<Admin> attempt) {
    return allowed(() -> attempt.accept(admin));
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    consumer.close();
    admin.close();
  }
}
