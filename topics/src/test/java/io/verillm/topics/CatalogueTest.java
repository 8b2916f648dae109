package io.verillm.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.broker.LocalBroker;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.EventSchemas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
  private static final Catalogue CATALOGUE = Catalogue.of(5);
  private static final List<Topic> ALL = CATALOGUE.all(List.of("w-01", "w-02"));
  private static final Pattern TOPIC_NAME = Pattern.compile("verillm\\.[^\\s\"]*\\.v\\d");

  @Test
  void shouldBeTheOnlySourceFileThatWritesATopicName() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      List<Path> sources =
          files
              .filter(path -> path.toString().matches(".*/src/main/.*\\.(java|properties|ya?ml)"))
              .toList();
      assertThat(sources).hasSizeGreaterThan(20);
      assertThat(sources)
          .filteredOn(CatalogueTest::writesATopicName)
          .extracting(path -> path.getFileName().toString())
          .isEmpty();
      assertThat(Files.readString(Path.of("src/main/java/io/verillm/topics/Catalogue.java")))
          .contains("\"verillm.\" + name + \".v1\"");
    }
  }

  private static boolean writesATopicName(Path source) {
    try {
      return !source.endsWith("Catalogue.java")
          && TOPIC_NAME.matcher(Files.readString(source)).find();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldFindEveryTopicByItsNameAndNoOther() {
    assertThat(ALL).hasSize(26).doesNotHaveDuplicates();
    assertThat(ALL).allSatisfy(topic -> assertThat(CATALOGUE.byName(topic.name())).contains(topic));
    assertThat(CATALOGUE.byName("verillm.requests.v2")).isEmpty();
    assertThat(CATALOGUE.byName("verillm.tasks.W.v1")).isEmpty();
    assertThat(CATALOGUE.byName("verillm.tasks.v1")).isEmpty();
    assertThat(CATALOGUE.byName("")).isEmpty();
  }

  @Test
  void shouldHaveATopicForEveryEvent() {
    // A receipt is a file.
    assertThat(EventSchemas.current())
        .filteredOn(event -> !event.getName().equals("Receipt"))
        .allSatisfy(event -> assertThat(ALL).anyMatch(topic -> topic.holds(event)));
    assertThat(ALL.stream().flatMap(topic -> topic.events().stream()).map(Schema::getFullName))
        .allMatch(name -> name.startsWith("io.verillm.events."));
  }

  @Test
  void shouldGiveEveryShardItsPartitionOfEveryRequestTopic() {
    assertThat(
            List.of(
                CATALOGUE.requests(),
                CATALOGUE.tokens(),
                CATALOGUE.results(),
                CATALOGUE.accepted(),
                CATALOGUE.challenges(),
                CATALOGUE.votes(),
                CATALOGUE.openings(),
                CATALOGUE.disputes(),
                CATALOGUE.verdicts(),
                CATALOGUE.flags(),
                CATALOGUE.commitments(),
                CATALOGUE.shardInputs(),
                CATALOGUE.journal()))
        .allMatch(topic -> topic.partitions() == 5);
    assertThat(List.of(CATALOGUE.ledgerCommands(), CATALOGUE.transfers(), CATALOGUE.seals()))
        .allMatch(topic -> topic.partitions() == 1);
  }

  @Test
  void shouldKeepEverySealedRecordForEveryReader() {
    assertThat(CATALOGUE.publicInputs())
        .hasSize(15)
        .isSortedAccordingTo((a, b) -> a.name().compareTo(b.name()));
    assertThat(CATALOGUE.publicInputs())
        .allSatisfy(topic -> {
          assertThat(topic.readers()).isEqualTo(Role.everybody());
          assertThat(topic.configs())
              .containsAllEntriesOf(Map.of("cleanup.policy", "delete", "retention.ms", "-1"));
        });
  }

  @Test
  void shouldLetNobodyButTheCoordinatorWriteTasksAndNobodyButTheWorkerReadThem() {
    assertThat(CATALOGUE.ofWorker("w-01"))
        .allSatisfy(topic -> {
          assertThat(topic.writers()).containsExactly(Role.COORDINATOR);
          assertThat(topic.readers()).containsExactly(Role.WORKER);
        });
  }

  @Test
  void shouldLetTheCoordinatorAloneReadRequestsAndWriteVerdicts() {
    assertThat(CATALOGUE.requests().readers()).containsExactly(Role.COORDINATOR);
    assertThat(CATALOGUE.requests().writers())
        .containsExactlyInAnyOrder(Role.REQUESTER, Role.POSTER);
    assertThat(CATALOGUE.verdicts().writers()).containsExactly(Role.COORDINATOR);
  }

  @Test
  void shouldHaveLimitsThatFitEachOther() {
    assertThat(ALL)
        .filteredOn(topic -> !topic.events().isEmpty())
        .allMatch(topic -> topic.recordBytesMax() <= EventCodec.EVENT_BYTES_MAX);
    assertThat(CATALOGUE.openings().recordBytesMax()).isEqualTo(EventCodec.EVENT_BYTES_MAX);
    assertThat(ALL)
        .allMatch(topic ->
            Integer.parseInt(topic.configs().get("max.message.bytes"))
                <= LocalBroker.MESSAGE_BYTES_MAX);
    int letter = Integer.parseInt(CATALOGUE.deadLetters().configs().get("max.message.bytes"));
    // As much as MSK Serverless takes, which can be told no other limit.
    assertThat(letter).isEqualTo(8 * 1024 * 1024);
    assertThat(ALL)
        .filteredOn(topic -> !topic.equals(CATALOGUE.deadLetters()))
        .allMatch(topic -> Integer.parseInt(topic.configs().get("max.message.bytes")) < letter);
    assertThat(
            Integer.parseInt(
                SignedProducer.settings(KafkaAccess.open("x")).get("max.request.size").toString()))
        .isGreaterThanOrEqualTo(letter);
    // A seal's copy carries the seal and its cosignatures.
    assertThat(CATALOGUE.shardInputs().recordBytesMax())
        .isGreaterThan(CATALOGUE.seals().recordBytesMax());
    // An exposed task carries the task.
    assertThat(CATALOGUE.disputes().recordBytesMax())
        .isGreaterThan(CATALOGUE.tasks("w").recordBytesMax());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "W-01", "w.01", "w/01", "a23456789012345678901234567890123"})
  void shouldRefuseAWorkerIdThatIsNoPartOfATopicName(String worker) {
    assertThatThrownBy(() -> CATALOGUE.tasks(worker))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + worker + "'");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1025})
  void shouldRefuseAShardCountOutOfRange(int shards) {
    assertThatThrownBy(() -> Catalogue.of(shards)).hasMessageContaining("not " + shards);
  }
}
