package io.verillm.deploy;

import io.verillm.events.CloseScoringEpoch;
import io.verillm.protocol.event.EventSigner;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.EventReader;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.Reading;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.SignerKeys;
import io.verillm.topics.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes scoring epochs in the coordinator's name, each with the next number on the log. Any number
 * of processes may do so: the log says when the last one was closed, and a number counts once.
 */
final class ScoringEpochs implements AutoCloseable {
  /** Length of a scoring epoch: 2,400 ticks of 250 ms. */
  static final Duration LENGTH = Duration.ofMillis(2_400 * 250);

  private static final Logger LOG = LoggerFactory.getLogger(ScoringEpochs.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int LOOKS_IN_AN_EPOCH = 60;

  /** Settlements name the w of their cases; commands of versions that did not get nothing here. */
  private static final long NO_WEIGHT = 0;

  private final Topic commands;
  private final TopicPartition partition;
  private final EventSigner coordinator;
  private final Consumer<byte[], byte[]> consumer;
  private final SignedProducer producer;
  private final InstantSource time;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("scoring-epochs").daemon().factory());
  private long last = -1;
  private long lastMillis;

  /** Goes on behind the last number on the log. */
  ScoringEpochs(KafkaAccess access, Catalogue catalogue, EventSigner coordinator) {
    this(
        catalogue,
        ConsumerSettings.consumer(access),
        SignedProducer.idempotent(access, coordinator),
        InstantSource.system());
  }

  /** As above; the clients are taken over and closed. */
  ScoringEpochs(
      Catalogue catalogue,
      Consumer<byte[], byte[]> consumer,
      SignedProducer producer,
      InstantSource time) {
    this.commands = catalogue.ledgerCommands();
    this.partition = new TopicPartition(commands.name(), 0);
    this.coordinator = producer.signer();
    this.consumer = consumer;
    this.producer = producer;
    this.time = time;
    this.lastMillis = time.millis();
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /** Closes an epoch whenever this much time is over; what fails is tried again soon. */
  void startClock(Duration length) {
    long look = Math.max(1, length.toMillis() / LOOKS_IN_AN_EPOCH);
    clock.scheduleWithFixedDelay(() -> closeIfDue(length), look, look, TimeUnit.MILLISECONDS);
  }

  /** Closes the running epoch where it is older than that. */
  synchronized void closeIfDue(Duration length) {
    try {
      follow();
      if (time.millis() - lastMillis >= length.toMillis()) {
        closeEpoch(false);
      }
    } catch (RuntimeException e) {
      // Thrown on, it would silently end the schedule. Who closes it interrupts a look in hand.
      if (!clock.isShutdown()) {
        LOG.atError().setCause(e).log("scoring epoch not closed");
      }
    }
  }

  /**
   * Closes the running epoch.
   *
   * @param drain whether workers with few cases are settled too, because no further epoch comes
   * @return its number
   */
  synchronized long closeEpoch(boolean drain) {
    follow();
    long epoch = last + 1;
    String id = "close-scoring-epoch/" + epoch;
    producer.send(
        commands, RecordKeys.text(id), new CloseScoringEpoch(id, epoch, drain, NO_WEIGHT));
    producer.flush();
    note(epoch, time.millis());
    return epoch;
  }

  /** Reads on to the end of the commands. */
  private void follow() {
    long end = consumer.endOffsets(List.of(partition)).get(partition);
    do {
      // Once in any case: a loop that turns is told by its polls.
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        note(epochOf(record), record.timestamp());
      }
    } while (consumer.position(partition) < end);
  }

  private void note(long epoch, long millis) {
    if (epoch > last) {
      last = epoch;
      lastMillis = millis;
    }
  }

  // What is refused here the ledger refuses too.
  private long epochOf(ConsumerRecord<byte[], byte[]> record) {
    SignerKeys keys =
        (signer, event) ->
            Optional.of(coordinator.key().publicKey())
                .filter(key -> signer.equals(coordinator.name()));
    return EventReader.read(commands, SignedRecords.from(record), keys)
                instanceof Reading.Valid valid
            && valid.event() instanceof CloseScoringEpoch close
        ? close.getScoringEpoch()
        : -1;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    synchronized (this) {
      consumer.close();
      producer.close();
    }
  }
}
