package io.verillm.local;

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

/** Closes scoring epochs in the coordinator's name, each with the next number. */
final class ScoringEpochs implements AutoCloseable {
  /** Length of a scoring epoch: 2,400 ticks of 250 ms. */
  static final Duration LENGTH = Duration.ofMillis(2_400 * 250);

  private static final Logger LOG = LoggerFactory.getLogger(ScoringEpochs.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Catalogue catalogue;
  private final SignedProducer producer;
  private final long peerWeight;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("scoring-epochs").daemon().factory());
  private long next;

  /**
   * Goes on behind the last number on the log.
   *
   * @param peerWeight w in units
   */
  ScoringEpochs(KafkaAccess access, Catalogue catalogue, EventSigner coordinator, long peerWeight) {
    this(
        catalogue,
        peerWeight,
        lastClosed(access, catalogue, coordinator) + 1,
        SignedProducer.idempotent(access, coordinator));
  }

  /**
   * Goes on with a number.
   *
   * @param producer taken over and closed
   */
  ScoringEpochs(Catalogue catalogue, long peerWeight, long next, SignedProducer producer) {
    this.catalogue = catalogue;
    this.peerWeight = peerWeight;
    this.next = next;
    this.producer = producer;
  }

  /** Closes an epoch whenever this much time is over; what fails is tried again the next time. */
  void startClock(Duration length) {
    clock.scheduleAtFixedRate(
        this::closeOnTime, length.toMillis(), length.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void closeOnTime() {
    try {
      close(false);
    } catch (RuntimeException e) {
      // Thrown on, it would silently end the schedule.
      LOG.atError().setCause(e).log("scoring epoch not closed");
    }
  }

  /**
   * Closes the running epoch.
   *
   * @param drain whether workers with few cases are settled too, because no further epoch comes
   * @return its number
   */
  synchronized long close(boolean drain) {
    long epoch = next;
    String id = "close-scoring-epoch/" + epoch;
    producer.send(
        catalogue.ledgerCommands(),
        RecordKeys.text(id),
        new CloseScoringEpoch(id, epoch, drain, peerWeight));
    producer.flush();
    next = epoch + 1;
    return epoch;
  }

  private static long lastClosed(KafkaAccess access, Catalogue catalogue, EventSigner coordinator) {
    Topic commands = catalogue.ledgerCommands();
    SignerKeys keys =
        (signer, event) ->
            Optional.of(coordinator.key().publicKey())
                .filter(key -> signer.equals(coordinator.name()));
    TopicPartition partition = new TopicPartition(commands.name(), 0);
    long last = -1;
    try (Consumer<byte[], byte[]> consumer = ConsumerSettings.consumer(access)) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          last =
              Math.max(last, epochOf(EventReader.read(commands, SignedRecords.from(record), keys)));
        }
      }
    }
    return last;
  }

  // What is refused here the ledger refuses too.
  private static long epochOf(Reading reading) {
    return reading instanceof Reading.Valid valid
            && valid.event() instanceof CloseScoringEpoch close
        ? close.getScoringEpoch()
        : -1;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    producer.close();
  }
}
