package io.verillm.streams.tables;

import io.verillm.protocol.event.OwnWords;
import io.verillm.streams.tables.TableBatch.Origin;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.DeadLetterReason;
import io.verillm.topics.EventReader;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.Reading;
import io.verillm.topics.RegistryReader;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.SignerKeys;
import io.verillm.topics.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds the tables from the public topics, each record exactly once, and answers SQL about them.
 * Records whose signature does not hold, or that speak for another worker, get a row in {@code
 * refused} and no other. One process for each data directory.
 */
public final class Tables implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tables.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(30);

  private final Map<String, Topic> topics;
  private final String deadLetters;
  private final TableStore store;
  private final SqlServer server;
  private final Consumer<byte[], byte[]> consumer;
  private final RegistryReader registry;
  private final Thread thread;
  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private volatile boolean closing;

  /** Who waits for the tables to hold all that is committed. */
  private static final class Waiting {
    private final CompletableFuture<Void> current = new CompletableFuture<>();
    private Map<TopicPartition, Long> ends = Map.of();
  }

  private Tables(
      Catalogue catalogue,
      TableStore store,
      SqlServer server,
      Consumer<byte[], byte[]> consumer,
      RegistryReader registry) {
    this.topics =
        sources(catalogue).collect(Collectors.toUnmodifiableMap(Topic::name, topic -> topic));
    this.deadLetters = catalogue.deadLetters().name();
    this.store = store;
    this.server = server;
    this.consumer = consumer;
    this.registry = registry;
    this.thread = new Thread(this::run, "tables");
  }

  private static Stream<Topic> sources(Catalogue catalogue) {
    return Stream.of(
        catalogue.registry(),
        catalogue.accepted(),
        catalogue.challenges(),
        catalogue.votes(),
        catalogue.verdicts(),
        catalogue.flags(),
        catalogue.scores(),
        catalogue.transfers(),
        catalogue.balances(),
        catalogue.deadLetters());
  }

  /**
   * Starts where the file in the directory ends.
   *
   * @param dataDir where {@code tables.duckdb} and {@code sql.port} lie; made where absent
   * @throws IOException if the directory cannot be written
   * @throws SQLException if another process holds the file
   */
  public static Tables start(KafkaAccess access, Path dataDir, Catalogue catalogue)
      throws IOException, SQLException {
    Files.createDirectories(dataDir);
    TableStore store = TableStore.open(dataDir);
    try {
      Map<TopicPartition, Long> offsets = store.nextOffsets();
      Consumer<byte[], byte[]> consumer = ConsumerSettings.consumer(access);
      RegistryReader registry = RegistryReader.open(access);
      SqlServer server = SqlServer.start(dataDir, store::reader);
      Tables tables = new Tables(catalogue, store, server, consumer, registry);
      tables.assign(offsets);
      tables.thread.start();
      return tables;
    } catch (IOException | SQLException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private void assign(Map<TopicPartition, Long> offsets) {
    List<TopicPartition> partitions =
        topics.values().stream()
            .flatMap(topic ->
                IntStream.range(0, topic.partitions())
                    .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
            .toList();
    consumer.assign(partitions);
    partitions.forEach(partition -> consumer.seek(partition, offsets.getOrDefault(partition, 0L)));
  }

  private void run() {
    try (consumer;
        registry) {
      while (!closing) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        registry.poll(Duration.ZERO);
        if (!records.isEmpty()) {
          store.write(batch(records));
        }
        answerWaiting();
      }
      stopped.complete(null);
    } catch (WakeupException wake) {
      stopped.complete(null);
    } catch (SQLException | RuntimeException e) {
      LOG.atError().setCause(e).log("tables stopped");
      stopped.completeExceptionally(e);
    } finally {
      waiting.forEach(one -> one.current.completeExceptionally(new KafkaException("stopped")));
    }
  }

  private TableBatch batch(ConsumerRecords<byte[], byte[]> records) {
    TableBatch batch = new TableBatch();
    boolean refreshed = false;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      TopicPartition source = new TopicPartition(record.topic(), record.partition());
      Origin origin = new Origin(source, record.offset(), record.timestamp());
      if (record.topic().equals(deadLetters)) {
        DeadLetterRow.add(batch, origin, record);
        batch.passed(origin);
        continue;
      }
      Reading reading = read(record);
      if (!refreshed && isUnknown(reading)) {
        // Whoever wrote a record of this batch had registered before: the registry's present end
        // holds that for all of them, however many strangers write.
        registry.refresh(BROKER_TIMEOUT);
        refreshed = true;
        reading = read(record);
      }
      switch (reading) {
        case Reading.Valid valid -> EventRows.add(batch, origin, valid.event());
        case Reading.Refused refused ->
            batch.add("refused", origin, record.topic(), refused.reason().name(), refused.detail());
      }
      batch.passed(origin);
    }
    return batch;
  }

  private static boolean isUnknown(Reading reading) {
    return reading instanceof Reading.Refused refused
        && refused.reason().equals(DeadLetterReason.UNKNOWN_SIGNER);
  }

  private Reading read(ConsumerRecord<byte[], byte[]> record) {
    Topic topic = Optional.ofNullable(topics.get(record.topic())).orElseThrow();
    Reading reading =
        EventReader.read(topic, SignedRecords.from(record), SignerKeys.of(registry.snapshot()));
    if (reading instanceof Reading.Valid valid
        && !OwnWords.of(valid.record().signer(), valid.event())) {
      return new Reading.Refused(
          valid.record(), DeadLetterReason.NOT_THE_SIGNER, valid.record().signer());
    }
    return reading;
  }

  private void answerWaiting() {
    List<Waiting> done = new ArrayList<>();
    for (Waiting one : waiting) {
      if (one.ends.isEmpty()) {
        one.ends = consumer.endOffsets(consumer.assignment(), BROKER_TIMEOUT);
      }
      boolean current =
          one.ends.entrySet().stream()
              .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
      if (current) {
        one.current.complete(null);
        done.add(one);
      }
    }
    waiting.removeAll(done);
  }

  /** Completes when the tables end; exceptionally where they failed. */
  public CompletableFuture<Void> ended() {
    return stopped.copy();
  }

  /**
   * Waits until the tables hold everything that is committed now.
   *
   * @throws TimeoutException if that takes longer
   * @throws KafkaException if the tables have stopped
   */
  public void awaitCurrent(Duration timeout) throws TimeoutException {
    Waiting one = new Waiting();
    waiting.add(one);
    if (stopped.isDone()) {
      one.current.completeExceptionally(new KafkaException("stopped"));
    }
    try {
      one.current.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw new KafkaException("tables have stopped", e.getCause());
    } finally {
      waiting.remove(one);
    }
  }

  @Override
  public void close() throws IOException, SQLException {
    closing = true;
    consumer.wakeup();
    try {
      thread.join(BROKER_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } finally {
      server.close();
      store.close();
    }
  }
}
