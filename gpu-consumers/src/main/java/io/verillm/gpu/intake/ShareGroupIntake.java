package io.verillm.gpu.intake;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks through a share group (KIP-932): no partition is bound to a process, and a task that takes
 * long costs a renewal, not a rebalance. While a process holds renewed tasks its client fetches no
 * others, so a handler should answer soon.
 */
public final class ShareGroupIntake implements TaskIntake {
  private static final Logger LOG = LoggerFactory.getLogger(ShareGroupIntake.class);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final int DELIVERIES_MAX = 10;
  private static final int REFUSALS_MAX = 3;
  private static final int RENEWAL_POLLS = 4;

  private final IntakeSettings settings;
  private final ShareConsumer<byte[], byte[]> consumer;
  private final BlockingQueue<Held> answered = new LinkedBlockingQueue<>();
  private final Map<Place, Held> inHand = new HashMap<>();
  private volatile boolean stopping;

  private record Place(int partition, long offset) {
    static Place of(ConsumerRecord<?, ?> record) {
      return new Place(record.partition(), record.offset());
    }
  }

  private ShareGroupIntake(IntakeSettings settings, ShareConsumer<byte[], byte[]> consumer) {
    this.settings = settings;
    this.consumer = consumer;
  }

  /**
   * Sets the group's configs and connects.
   *
   * @throws KafkaException if the broker knows no share groups or refuses the configs
   */
  public static ShareGroupIntake connect(IntakeSettings settings) {
    configureGroup(settings);
    Map<String, Object> config = settings.access().settings();
    config.put("group.id", settings.group());
    config.put("share.acknowledgement.mode", "explicit");
    // Without it a fetch may lock more tasks than this process can start on.
    config.put("share.acquire.mode", "record_limit");
    config.put("max.poll.records", Integer.toString(settings.inFlight()));
    return new ShareGroupIntake(
        settings,
        new KafkaShareConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  // The defaults read uncommitted tasks, skip those sent before the group existed and lose a task
  // after five deliveries.
  private static void configureGroup(IntakeSettings settings) {
    ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, settings.group());
    List<AlterConfigOp> configs =
        List.of(
            set("share.isolation.level", "read_committed"),
            set("share.auto.offset.reset", "earliest"),
            set("share.delivery.count.limit", Integer.toString(DELIVERIES_MAX)));
    try (Admin admin = settings.access().admin()) {
      admin.incrementalAlterConfigs(Map.of(group, configs)).all().get();
    } catch (ExecutionException e) {
      throw new KafkaException("cannot configure share group " + settings.group(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while configuring " + settings.group(), e);
    }
  }

  private static AlterConfigOp set(String name, String value) {
    return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
  }

  @Override
  public void run(TaskHandler handler) {
    try (consumer) {
      consumer.subscribe(List.of(settings.topic()));
      while (!stopping) {
        if (inHand.isEmpty()) {
          poll(handler);
        } else if (awaitAnswer(settings.renewal())) {
          settleAnswered();
        } else {
          renew(handler);
        }
      }
      drain();
    }
  }

  /** Takes what comes, which after a renewal is the renewed tasks themselves. */
  private boolean poll(TaskHandler handler) {
    try {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        inHand.computeIfAbsent(Place.of(record), place -> Held.handOut(record, handler, answered));
      }
      return !records.isEmpty();
    } catch (WakeupException woken) {
      // Stopping; the loop's condition sees it.
      return false;
    }
  }

  /** Waits until a task is answered; false if none was in time. */
  private boolean awaitAnswer(Duration wait) {
    try {
      Held first = answered.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
      return first != null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
      return false;
    }
  }

  private void settleAnswered() {
    List.copyOf(inHand.values()).stream().filter(Held::answered).forEach(this::settle);
    commit();
  }

  private void settle(Held held) {
    AcknowledgeType type =
        held.settlement() == Settlement.DONE ? AcknowledgeType.ACCEPT : AcknowledgeType.RELEASE;
    try {
      consumer.acknowledge(held.record(), type);
      inHand.remove(Place.of(held.record()));
    } catch (IllegalStateException renewing) {
      // The client takes no answer for a task whose renewal is under way; the next poll brings it
      // back.
      if (held.refuse() > REFUSALS_MAX) {
        inHand.remove(Place.of(held.record()));
        LOG.atWarn()
            .addKeyValue("topic", settings.topic())
            .addKeyValue("offset", held.record().offset())
            .log("task settled after its lock was lost");
      }
    }
  }

  private void renew(TaskHandler handler) {
    for (Held held : inHand.values()) {
      try {
        consumer.acknowledge(held.record(), AcknowledgeType.RENEW);
      } catch (IllegalStateException renewing) {
        // Settling it will say whether the lock is lost.
      }
    }
    // A poll sends the renewal, a later one sees its answer.
    for (int i = 0; i < RENEWAL_POLLS && !stopping && !poll(handler); i++) {}
    settleAnswered();
  }

  private void commit() {
    try {
      consumer.commitSync();
    } catch (WakeupException woken) {
      consumer.commitSync();
    }
  }

  private void drain() {
    long end = System.nanoTime() + settings.drain().toNanos();
    while (!inHand.isEmpty()
        && awaitAnswer(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
      settleAnswered();
    }
    List.copyOf(inHand.values()).forEach(this::settle);
    commit();
  }

  @Override
  public void stop() {
    stopping = true;
    consumer.wakeup();
  }
}
