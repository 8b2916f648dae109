package io.verillm.gpu.intake;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Tasks through a consumer group, for brokers without share groups: one task of a partition at a
 * time, the partition paused meanwhile, polls going on so that the group sees a living member.
 */
public final class ConsumerGroupIntake implements TaskIntake {
  private static final Duration POLL = Duration.ofMillis(100);

  private final IntakeSettings settings;
  private final Consumer<byte[], byte[]> consumer;
  private final BlockingQueue<Held> answered = new LinkedBlockingQueue<>();
  private final Map<TopicPartition, Deque<ConsumerRecord<byte[], byte[]>>> waiting =
      new HashMap<>();
  private final Map<TopicPartition, Held> inHand = new HashMap<>();
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private volatile boolean stopping;

  private ConsumerGroupIntake(IntakeSettings settings, Consumer<byte[], byte[]> consumer) {
    this.settings = settings;
    this.consumer = consumer;
  }

  /** Connects. */
  public static ConsumerGroupIntake connect(IntakeSettings settings) {
    Map<String, Object> config = settings.access().settings();
    config.put("group.id", settings.group());
    config.put("group.protocol", "consumer");
    config.put("isolation.level", "read_committed");
    config.put("auto.offset.reset", "earliest");
    config.put("enable.auto.commit", "false");
    config.put("max.poll.records", Integer.toString(settings.inFlight()));
    return new ConsumerGroupIntake(
        settings,
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  @Override
  public void run(TaskHandler handler) {
    try (consumer) {
      consumer.subscribe(List.of(settings.topic()), new Forget());
      while (!stopping) {
        poll();
        settleAnswered();
        handOut(handler);
        commitIdle();
      }
      drain();
    }
  }

  private void poll() {
    try {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        waiting.computeIfAbsent(partition, none -> new ArrayDeque<>()).add(record);
        consumer.pause(List.of(partition));
      }
    } catch (WakeupException woken) {
      // Stopping, or an answer came.
    }
  }

  private void handOut(TaskHandler handler) {
    waiting.forEach((partition, records) -> {
      if (!inHand.containsKey(partition) && !records.isEmpty()) {
        Held held = Held.handOut(records.remove(), handler, answered);
        inHand.put(partition, held);
      }
    });
    List<TopicPartition> idle =
        consumer.paused().stream()
            .filter(partition -> !inHand.containsKey(partition) && !hasWaiting(partition))
            .toList();
    consumer.resume(idle);
  }

  private boolean hasWaiting(TopicPartition partition) {
    return !waiting.getOrDefault(partition, new ArrayDeque<>()).isEmpty();
  }

  private void settleAnswered() {
    for (Held held = answered.poll(); held != null; held = answered.poll()) {
      TopicPartition partition =
          new TopicPartition(held.record().topic(), held.record().partition());
      if (inHand.remove(partition, held)) {
        settle(partition, held);
      }
    }
  }

  private void settle(TopicPartition partition, Held held) {
    if (held.settlement() == Settlement.DONE) {
      commit(partition, held.record().offset() + 1);
    } else {
      // In a partition's order a task given back comes before those behind it.
      waiting.remove(partition);
      consumer.seek(partition, held.record().offset());
    }
  }

  /**
   * Commits what is read over without a task in it: behind each transaction lies its marker, which
   * would count as lag for ever.
   */
  private void commitIdle() {
    for (TopicPartition partition : consumer.assignment()) {
      if (!inHand.containsKey(partition) && !hasWaiting(partition)) {
        try {
          long read = consumer.position(partition, POLL);
          if (read > committed.getOrDefault(partition, -1L)) {
            commit(partition, read);
          }
        } catch (WakeupException | TimeoutException later) {
          // Stopping, or just assigned.
        }
      }
    }
  }

  private void commit(TopicPartition partition, long offset) {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        Map.of(partition, new OffsetAndMetadata(offset));
    try {
      consumer.commitSync(offsets);
    } catch (WakeupException woken) {
      consumer.commitSync(offsets);
    }
    committed.put(partition, offset);
  }

  private void drain() {
    waiting.clear();
    long end = System.nanoTime() + settings.drain().toNanos();
    while (!inHand.isEmpty() && System.nanoTime() < end) {
      consumer.pause(consumer.assignment());
      poll();
      settleAnswered();
    }
  }

  @Override
  public void stop() {
    stopping = true;
    consumer.wakeup();
  }

  /** A partition that went to another process takes its tasks along; they will be found as sent. */
  private final class Forget implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      partitions.forEach(waiting::remove);
      partitions.forEach(inHand::remove);
      partitions.forEach(committed::remove);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // Nothing to prepare: the position is the committed one.
    }
  }
}
