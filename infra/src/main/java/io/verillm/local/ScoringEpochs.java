package io.verillm.local;

import io.verillm.events.CloseScoringEpoch;
import io.verillm.protocol.event.EventSigner;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedProducer;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Closes scoring epochs in the coordinator's name, each with the next number. */
final class ScoringEpochs implements AutoCloseable {
  /** Length of a scoring epoch: 2,400 ticks of 250 ms. */
  static final Duration LENGTH = Duration.ofMillis(2_400 * 250);

  private static final Duration POLL = Duration.ofMillis(200);

  private final Catalogue catalogue;
  private final SignedProducer producer;
  private final long peerWeight;
  private long next;

  /**
   * Goes on behind the last number on the log.
   *
   * @param peerWeight w in units
   */
  ScoringEpochs(String bootstrap, Catalogue catalogue, EventSigner coordinator, long peerWeight) {
    this.catalogue = catalogue;
    this.peerWeight = peerWeight;
    this.next = lastClosed(bootstrap, catalogue) + 1;
    this.producer = SignedProducer.idempotent(bootstrap, coordinator);
  }

  /**
   * Closes the running epoch.
   *
   * @param drain whether workers with few cases are settled too, because no further epoch comes
   * @return its number
   */
  synchronized long close(boolean drain) {
    long epoch = next++;
    String id = "close-scoring-epoch/" + epoch;
    producer.send(
        catalogue.ledgerCommands(),
        RecordKeys.text(id),
        new CloseScoringEpoch(id, epoch, drain, peerWeight));
    producer.flush();
    return epoch;
  }

  private static long lastClosed(String bootstrap, Catalogue catalogue) {
    TopicPartition partition = new TopicPartition(catalogue.ledgerCommands().name(), 0);
    long last = -1;
    try (Consumer<byte[], byte[]> consumer = ConsumerSettings.consumer(bootstrap)) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          last = Math.max(last, epochOf(record.value()));
        }
      }
    }
    return last;
  }

  private static long epochOf(byte[] command) {
    try {
      return EventCodec.decode(command) instanceof CloseScoringEpoch close
          ? close.getScoringEpoch()
          : -1;
    } catch (UndecodableEvent e) {
      // The ledger refused it too.
      return -1;
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
