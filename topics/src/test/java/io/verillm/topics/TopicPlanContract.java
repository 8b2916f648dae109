package io.verillm.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each test has workers of its own, so that their topics are not there yet. */
interface TopicPlanContract {
  Cluster cluster();

  @Test
  default void shouldPlanAndCreateOnlyWhatIsMissing() throws Exception {
    List<Topic> wanted = Cluster.CATALOGUE.all(List.of("w-01", "w-new"));
    try (Admin admin = cluster().admin()) {
      ClusterTopics topics = new ClusterTopics(admin, Cluster.CATALOGUE);
      TopicPlan before = topics.plan(wanted);

      TopicPlan applied = topics.apply(wanted);

      assertThat(before.missing())
          .extracting(TopicChange.Missing::topic)
          .containsExactly(
              Cluster.CATALOGUE.controls("w-new").name(), Cluster.CATALOGUE.tasks("w-new").name());
      assertThat(before.agreeing()).isEqualTo(wanted.size() - 2);
      assertThat(before.text())
          .contains("+ " + Cluster.CATALOGUE.tasks("w-new") + "  (1 partition)")
          .endsWith("2 to create, 0 to alter, 0 in conflict, 24 as in the catalogue\n");
      assertThat(applied).isEqualTo(before);
      assertThat(topics.plan(wanted).isEmpty()).isTrue();
    }
  }

  @Test
  default void shouldAlterConfigsThatDiffer() throws Exception {
    Topic tasks = Cluster.CATALOGUE.tasks("w-altered");
    try (Admin admin = cluster().admin()) {
      create(admin, tasks, tasks.partitions(), Map.of("retention.ms", "1000"));
      ClusterTopics topics = new ClusterTopics(admin, Cluster.CATALOGUE);

      TopicPlan applied = topics.apply(List.of(tasks));

      assertThat(applied.configs())
          .contains(
              new TopicChange.ConfigDiffers(tasks.name(), "retention.ms", "1000", "604800000"));
      assertThat(applied.missing()).isEmpty();
      assertThat(applied.text()).contains("retention.ms: 1000 -> 604800000");
      assertThat(topics.plan(List.of(tasks)).isEmpty()).isTrue();
    }
  }

  @Test
  default void shouldApplyNothingWhereAPartitionCountDisagrees() throws Exception {
    Topic tasks = Cluster.CATALOGUE.tasks("w-torn");
    List<Topic> wanted = Cluster.CATALOGUE.ofWorker("w-torn");
    try (Admin admin = cluster().admin()) {
      create(admin, tasks, 5, tasks.configs());
      ClusterTopics topics = new ClusterTopics(admin, Cluster.CATALOGUE);

      assertThatThrownBy(() -> topics.apply(wanted))
          .isInstanceOf(TopicsDisagree.class)
          .hasMessage("nothing applied: " + tasks + " has 5 partitions, the catalogue says 1");

      TopicPlan after = topics.plan(wanted);
      assertThat(after.conflicts())
          .containsExactly(new TopicChange.PartitionsDiffer(tasks.name(), 5, 1));
      assertThat(after.missing()).hasSize(1);
      assertThat(after.text()).contains("! " + tasks + "  has 5 partitions");
    }
  }

  @Test
  default void shouldListOurTopicsAndNameTheUnknownOnes() throws Exception {
    Topic stranger = renamed(Cluster.CATALOGUE.balances(), "verillm.stranger.v9");
    Topic foreign = renamed(Cluster.CATALOGUE.balances(), "orders");
    try (Admin admin = cluster().admin()) {
      create(admin, stranger, 2, Map.of());
      create(admin, foreign, 1, Map.of());

      List<TopicListing> listed = new ClusterTopics(admin, Cluster.CATALOGUE).list();

      assertThat(listed)
          .contains(
              new TopicListing(stranger.name(), 2, false, Map.of()),
              new TopicListing(
                  Cluster.CATALOGUE.journal().name(),
                  Cluster.CATALOGUE.shards(),
                  true,
                  Cluster.CATALOGUE.journal().configs()))
          .extracting(TopicListing::name)
          .isSorted()
          .doesNotContain(foreign.name());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "lz4", "zstd"})
  default void shouldRefuseAHugeRecordThatItsProducerCompressed(String codec) {
    Map<String, Object> settings = SignedProducer.settings(cluster().access());
    settings.put("compression.type", codec);
    settings.put("max.request.size", Integer.toString(64 * 1024 * 1024));
    settings.put("buffer.memory", Integer.toString(128 * 1024 * 1024));
    byte[] zeros = new byte[30_000_000];
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThatThrownBy(() ->
              producer.send(new ProducerRecord<>(Cluster.CATALOGUE.openings().name(), zeros)).get())
          .hasCauseInstanceOf(RecordTooLargeException.class);
    }
  }

  private static Topic renamed(Topic topic, String name) {
    return new Topic(
        name,
        topic.key(),
        topic.partitions(),
        topic.retention(),
        topic.recordBytesMax(),
        topic.writers(),
        topic.readers(),
        topic.events());
  }

  private static void create(
      Admin admin, Topic topic, int partitions, Map<String, String> configs) {
    List<NewTopic> created = new ArrayList<>();
    created.add(
        new NewTopic(topic.name(), Optional.of(partitions), Optional.empty()).configs(configs));
    Answers.await(admin.createTopics(created).all());
  }
}
