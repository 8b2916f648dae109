package io.verillm.streams.ledger;

import static io.verillm.streams.ledger.LedgerRecords.ALICE;
import static io.verillm.streams.ledger.LedgerRecords.CATALOGUE;
import static io.verillm.streams.ledger.LedgerRecords.KEY;
import static io.verillm.streams.ledger.LedgerRecords.OTHER_KEY;
import static io.verillm.streams.ledger.LedgerRecords.command;
import static io.verillm.streams.ledger.LedgerRecords.fund;
import static io.verillm.streams.ledger.LedgerRecords.lock;
import static io.verillm.streams.ledger.LedgerRecords.reserve;
import static io.verillm.streams.ledger.LedgerRecords.signed;
import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Balance;
import io.verillm.events.EscrowDecided;
import io.verillm.events.StakeChanged;
import io.verillm.events.Transfer;
import io.verillm.protocol.event.Signers;
import io.verillm.streams.StreamsApp;
import io.verillm.topics.Counters;
import io.verillm.topics.DeadLetters;
import io.verillm.topics.EventReader;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.Reading;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LedgerAppTest {
  private final Counters refused = new Counters();
  private final StreamsApp app = LedgerApp.of(CATALOGUE, KEY, refused);
  private final Topology topology = app.topology().get();
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> commands;

  @BeforeEach
  void start(@TempDir Path dir) {
    Properties settings = app.configured(KafkaAccess.open("nowhere:1"), dir).settings();
    driver = new TopologyTestDriver(topology, settings);
    commands =
        driver.createInputTopic(
            CATALOGUE.ledgerCommands().name(),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldKeepItsPlaceInTheGroupWhileItReplaysForHours(@TempDir Path dir) {
    Properties settings = app.configured(KafkaAccess.open("nowhere:1"), dir).settings();

    Map<String, Object> member =
        new StreamsConfig(settings).getMainConsumerConfigs("group", "client", 0);

    assertThat(Integer.parseInt(member.get("max.poll.interval.ms").toString()))
        .isGreaterThan(3_600_000);
  }

  private void pipe(ProducerRecord<byte[], byte[]> record) {
    commands.pipeInput(new TestRecord<>(record.key(), record.value(), record.headers(), 1_000L));
  }

  private List<TestRecord<byte[], byte[]>> read(Topic topic) {
    return driver
        .createOutputTopic(topic.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  /** Events of a topic, each with a signature of the ledger that holds. */
  private List<SpecificRecord> events(Topic topic) {
    return read(topic).stream()
        .map(record ->
            EventReader.read(
                topic,
                SignedRecords.from(
                    topic.name(), 0, 0, record.key(), record.value(), record.headers()),
                (signer, event) -> Optional.of(KEY.publicKey())))
        .map(reading -> ((Reading.Valid) reading).event())
        .toList();
  }

  @Test
  void shouldWriteTransfersAndBalancesSignedByTheLedger() {
    pipe(command(fund("f1", ALICE, 2_000)));

    List<TestRecord<byte[], byte[]>> transfers = read(CATALOGUE.transfers());
    assertThat(transfers).hasSize(1);
    assertThat(transfers.getFirst().headers().lastHeader(SignedRecords.SIGNER_HEADER).value())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(Signers.LEDGER);
    assertThat(events(CATALOGUE.balances()))
        .containsExactly(new Balance("genesis", -2_000L, 0L), new Balance(ALICE, 2_000L, 0L));
  }

  @Test
  void shouldAnswerTheShardThatWaits() {
    pipe(command(fund("f1", ALICE, 2_000)));
    pipe(command(reserve("r1", 2, 1_320)));

    List<TestRecord<byte[], byte[]>> inputs = read(CATALOGUE.shardInputs());

    assertThat(inputs).hasSize(1);
    assertThat(inputs.getFirst().key()).isEqualTo(RecordKeys.shard(2));
  }

  @Test
  void shouldTellEveryShardOfAStake() {
    pipe(command(fund("f1", ALICE, 2_000)));
    pipe(command(reserve("r1", 2, 1_320)));
    pipe(command(fund("f2", "stake:w-01", 500)));
    pipe(command(lock("r1", "w-01", 400)));

    assertThat(events(CATALOGUE.shardInputs()))
        .containsExactly(
            new EscrowDecided("r1", true, 1_320L, "", ALICE, 0),
            new StakeChanged("w-01", 500L, 2L),
            new StakeChanged("w-01", 500L, 2L),
            new StakeChanged("w-01", 500L, 2L),
            new StakeChanged("w-01", 100L, 3L),
            new StakeChanged("w-01", 100L, 3L),
            new StakeChanged("w-01", 100L, 3L));
  }

  static Stream<Arguments> bad() {
    ProducerRecord<byte[], byte[]> good = command(fund("bad", ALICE, 7));
    byte[] otherValue = command(fund("bad", ALICE, 8)).value();
    Headers none = new RecordHeaders();
    return Stream.of(
        Arguments.of("undecodable", with(good, new byte[] {1, 2, 3}, good.headers())),
        Arguments.of("undecodable", with(good, new byte[0], good.headers())),
        Arguments.of("unknown-schema", with(good, unknownSchema(good.value()), good.headers())),
        Arguments.of("no-signature", with(good, good.value(), none)),
        Arguments.of("wrong-signature", with(good, otherValue, good.headers())),
        Arguments.of(
            "wrong-signature", signed(fund("bad", ALICE, 7), Signers.COORDINATOR, OTHER_KEY)),
        Arguments.of("signer-not-allowed", signed(fund("bad", ALICE, 7), "worker:w-01", KEY)));
  }

  private static ProducerRecord<byte[], byte[]> with(
      ProducerRecord<byte[], byte[]> record, byte[] value, Headers headers) {
    return new ProducerRecord<>(record.topic(), 0, record.key(), value, headers);
  }

  private static byte[] unknownSchema(byte[] value) {
    byte[] copy = value.clone();
    copy[2] ^= 1;
    return copy;
  }

  @ParameterizedTest
  @MethodSource("bad")
  void shouldDropABadCommandAndGoOn(String reason, ProducerRecord<byte[], byte[]> record) {
    pipe(record);
    pipe(command(fund("good", ALICE, 5)));

    List<TestRecord<byte[], byte[]>> letters = read(CATALOGUE.deadLetters());
    assertThat(letters).hasSize(1);
    assertThat(letters.getFirst().headers().lastHeader(DeadLetters.REASON_HEADER).value())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(reason);
    assertThat(refused.snapshot()).containsExactlyEntriesOf(Map.of(reason, 1L));
    assertThat(events(CATALOGUE.transfers()))
        .extracting(event -> ((Transfer) event).getTransferId())
        .containsExactly("good/0");
  }

  @Test
  void shouldTouchExactlyTheTopicsThatTheCatalogueGivesTheLedger() {
    Set<String> sinks =
        topology.describe().subtopologies().stream()
            .flatMap(sub -> sub.nodes().stream())
            .filter(TopologyDescription.Sink.class::isInstance)
            .map(node -> ((TopologyDescription.Sink) node).topic())
            .collect(Collectors.toSet());

    assertThat(sinks)
        .containsExactlyInAnyOrder(
            CATALOGUE.transfers().name(),
            CATALOGUE.balances().name(),
            CATALOGUE.scores().name(),
            CATALOGUE.shardInputs().name(),
            CATALOGUE.deadLetters().name());
    assertThat(app.internalTopics()).containsExactly("verillm-ledger-ledger-state-changelog");
  }
}
