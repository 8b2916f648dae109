package io.verillm.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.broker.LocalBroker;
import io.verillm.events.Transfer;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ClusterTopics;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The plugin that Terraform uploads, in Kafka Connect, with the settings of Terraform's module:
 * from a real broker into Iceberg tables whose files lie in an S3, and read back by Iceberg.
 */
class SinkPluginIT {
  private static final Path PACKAGE = Path.of("target", "iceberg-sink.zip");
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Catalogue CATALOGUE = Catalogue.local();
  private static final Map<String, Topic> TABLES =
      Map.of(
          "verdicts", CATALOGUE.verdicts(),
          "votes", CATALOGUE.votes(),
          "scores", CATALOGUE.scores(),
          "transfers", CATALOGUE.transfers());

  @TempDir private Path directory;

  @Test
  void shouldWriteEveryCommittedEventIntoItsTableOnceThoughItIsKilled() throws Exception {
    unzip();
    try (LocalBroker broker = LocalBroker.start(directory.resolve("broker"), 0);
        Tables tables = new Tables();
        KafkaProducer<byte[], byte[]> producer = producer(broker)) {
      makeTopics(broker);
      producer.initTransactions();
      committed(producer, Samples.verdict("r-1", "ACCEPTED"), Samples.verdict("r-2", "REJECTED"));
      committed(producer, vote("r-1"), transfer("t-1"));
      // What any worker may do.
      producer.beginTransaction();
      post(producer, CATALOGUE.votes(), new byte[] {7});
      post(producer, CATALOGUE.votes(), EventCodec.encode(Samples.opening("r-1")));
      post(producer, CATALOGUE.votes(), EventCodec.encode(Samples.verdict("r-1", "ACCEPTED")));
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, Samples.verdict("never", "ACCEPTED"));
      producer.flush();
      producer.abortTransaction();
      try (Connect connect = connect(broker, tables)) {
        awaitRows(tables, connect, Map.of("verdicts", 2, "votes", 1, "transfers", 1));
        committed(producer, Samples.verdict("r-3", "ACCEPTED"));
        connect.kill();
      }
      committed(producer, Samples.verdict("r-4", "EXPIRED"), vote("r-4"));
      try (Connect connect = connect(broker, tables)) {
        awaitRows(tables, connect, Map.of("verdicts", 4, "votes", 2, "transfers", 1));
        committed(producer, Samples.verdict("r-5", "REJECTED"));
        awaitRows(tables, connect, Map.of("verdicts", 5, "votes", 2, "transfers", 1));
      }

      List<Record> verdicts = tables.rows("verdicts");
      assertThat(verdicts)
          .extracting(row -> row.getField("requestid"))
          .containsExactlyInAnyOrder("r-1", "r-2", "r-3", "r-4", "r-5");
      assertThat(verdicts)
          .extracting(row -> row.getField("outcome"))
          .containsExactlyInAnyOrder("ACCEPTED", "REJECTED", "ACCEPTED", "EXPIRED", "REJECTED");
      assertThat(verdicts)
          .allSatisfy(row -> {
            assertThat(row.getField("source_topic")).isEqualTo(CATALOGUE.verdicts().name());
            Record member = (Record) ((List<?>) row.getField("members")).getFirst();
            assertThat(member.getField("worker")).isEqualTo("w-01");
            assertThat(member.getField("taskid")).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
          });
      assertThat(tables.rows("votes").getFirst().struct().fields())
          .extracting(Types.NestedField::name)
          .containsExactlyInAnyOrder(
              Stream.concat(
                      Vote.getClassSchema().getFields().stream()
                          .map(field -> field.name().toLowerCase(Locale.ROOT)),
                      Stream.of("topic", "partition", "offset", "time").map("source_"::concat))
                  .toArray(String[]::new));
      Record posting =
          (Record) ((List<?>) tables.rows("transfers").getFirst().getField("postings")).getFirst();
      assertThat(posting.getField("amount")).isEqualTo(7L);
      assertThat(tables.rest().authorizations())
          .isNotEmpty()
          .allMatch(by ->
              by.startsWith("AWS4-HMAC-SHA256 Credential=identity/")
                  && by.contains("/eu-central-1/s3tables/aws4_request"));
    }
  }

  /**
   * Terraform's own settings, but for the addresses of this machine and shorter waits: for a
   * commit, and until the broker gives up a killed sink's members and transactions.
   */
  private Connect connect(LocalBroker broker, Tables tables) throws IOException {
    Map<String, String> settings = new HashMap<>(SinkSettings.ofConnector());
    settings.keySet().removeIf(name -> name.matches("iceberg\\.kafka\\.(security|sasl).*"));
    settings.putAll(
        Map.ofEntries(
            Map.entry("name", "verillm-analytics"),
            Map.entry("tasks.max", "1"),
            Map.entry(
                "topics",
                TABLES.values().stream().map(Topic::name).collect(Collectors.joining(","))),
            Map.entry("consumer.override.group.id", "verillm-iceberg"),
            Map.entry("iceberg.connect.group-id", "verillm-iceberg"),
            Map.entry("iceberg.kafka.bootstrap.servers", broker.bootstrapServers()),
            Map.entry("iceberg.kafka.session.timeout.ms", "6000"),
            Map.entry("iceberg.kafka.transaction.timeout.ms", "6000"),
            Map.entry("consumer.override.session.timeout.ms", "6000"),
            Map.entry("iceberg.catalog.uri", tables.rest().address().toString()),
            Map.entry("iceberg.catalog.warehouse", tables.warehouse()),
            Map.entry("iceberg.catalog.client.region", Tables.REGION),
            Map.entry("iceberg.catalog.rest.signing-region", Tables.REGION),
            Map.entry("iceberg.catalog.s3.endpoint", tables.endpoint()),
            Map.entry("iceberg.catalog.s3.path-style-access", "true"),
            Map.entry("iceberg.control.topic", "verillm-iceberg-control"),
            Map.entry("iceberg.control.group-id-prefix", "verillm-iceberg-"),
            Map.entry("iceberg.control.commit.interval-ms", "1000"),
            Map.entry("iceberg.control.commit.timeout-ms", "5000"),
            Map.entry("iceberg.coordinator.transactional.prefix", "verillm-iceberg-"),
            Map.entry(
                "iceberg.tables",
                TABLES.keySet().stream()
                    .map(table -> Tables.NAMESPACE + "." + table)
                    .collect(Collectors.joining(",")))));
    TABLES.forEach((table, topic) ->
        settings.put(
            "iceberg.table.%s.%s.route-regex".formatted(Tables.NAMESPACE, table),
            "^" + topic.name().replace(".", "\\.") + "$"));
    assertThat(settings.values()).as("settings without a value").noneMatch(it -> it.contains("${"));
    Map<String, String> worker = new HashMap<>(SinkSettings.ofWorker());
    worker.putAll(
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "plugin.path",
            directory.resolve("plugins").toString(),
            "plugin.discovery",
            "service_load",
            "offset.storage.file.filename",
            directory.resolve("offsets").toString(),
            "listeners",
            "http://127.0.0.1:0"));
    return Connect.start(directory, worker, settings);
  }

  private static void awaitRows(Tables tables, Connect connect, Map<String, Integer> rows)
      throws IOException {
    await()
        .atMost(PATIENCE)
        .until(() -> connect.hasFailed() || counts(tables, rows.keySet()).equals(rows));
    assertThat(connect.hasFailed()).as(connect.said()).isFalse();
  }

  private static Map<String, Integer> counts(Tables tables, Set<String> names) throws IOException {
    Map<String, Integer> counts = new HashMap<>();
    for (String name : names) {
      counts.put(name, tables.rows(name).size());
    }
    return counts;
  }

  private static void makeTopics(LocalBroker broker) throws Exception {
    try (Admin admin = KafkaAccess.open(broker.bootstrapServers()).admin()) {
      new ClusterTopics(admin, CATALOGUE).apply(CATALOGUE.needed(List.of()));
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(LocalBroker broker) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers", broker.bootstrapServers(), "transactional.id", "events-of-a-test"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void committed(KafkaProducer<byte[], byte[]> producer, SpecificRecord... events) {
    producer.beginTransaction();
    for (SpecificRecord event : events) {
      send(producer, event);
    }
    producer.commitTransaction();
  }

  private static void post(KafkaProducer<byte[], byte[]> producer, Topic topic, byte[] value) {
    producer.send(new ProducerRecord<>(topic.name(), new byte[] {1}, value));
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, SpecificRecord event) {
    Topic topic =
        TABLES.values().stream()
            .filter(it -> it.holds(event.getSchema()))
            .findFirst()
            .orElseThrow();
    producer.send(
        new ProducerRecord<>(
            topic.name(),
            event.get(0).toString().getBytes(StandardCharsets.UTF_8),
            EventCodec.encode(event)));
  }

  private static Vote vote(String requestId) {
    return Vote.newBuilder()
        .setRequestId(requestId)
        .setSegment(0)
        .setRound(1)
        .setTaskId(ByteBuffer.wrap(new byte[] {4}))
        .setWorker("w-02")
        .setDecision(VoteDecision.ACCEPT)
        .setReason(VoteReason.NONE)
        .build();
  }

  private static Transfer transfer(String id) {
    return Transfer.newBuilder()
        .setTransferId(id)
        .setKind("fund")
        .setRequestId("")
        .setSegment(-1)
        .setCommandOffset(3)
        .setPostings(
            List.of(
                io.verillm.events.Posting.newBuilder().setAccount("treasury").setAmount(7).build(),
                io.verillm.events.Posting.newBuilder().setAccount("genesis").setAmount(-7).build()))
        .setNote("first")
        .build();
  }

  private void unzip() throws IOException {
    List<String> names = new ArrayList<>();
    try (InputStream in = Files.newInputStream(PACKAGE);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path target = directory.resolve("plugins").resolve(entry.getName());
        if (!entry.isDirectory()) {
          Files.createDirectories(target.getParent());
          Files.copy(zip, target);
          names.add(target.getFileName().toString());
        }
      }
    }
    assertThat(names)
        .as("Connect brings these itself")
        .noneMatch(name -> name.startsWith("kafka-clients") || name.startsWith("connect-"));
  }
}
