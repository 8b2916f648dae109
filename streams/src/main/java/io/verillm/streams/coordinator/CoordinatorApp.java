package io.verillm.streams.coordinator;

import io.verillm.protocol.shard.ShardTopics;
import io.verillm.streams.StreamsApp;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Counters;
import io.verillm.topics.Groups;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.Stores;

/**
 * The coordinator's topology: one processor for each shard over all of its partitions, and the
 * copier of the registry.
 */
public final class CoordinatorApp {
  /** Application id. */
  public static final String ID = Groups.COORDINATOR;

  private final Catalogue catalogue;
  private final CoordinatorKeys keys;
  private final Texts texts;
  private final Predicate<String> hasTopics;
  private final Counters counters;
  private final Backlog backlog;

  /**
   * A coordinator.
   *
   * @param hasTopics whether a worker's tasks and controls topics exist
   * @param counters counts dead letters
   * @param backlog is told what waits for workers
   */
  public CoordinatorApp(
      Catalogue catalogue,
      CoordinatorKeys keys,
      Texts texts,
      Predicate<String> hasTopics,
      Counters counters,
      Backlog backlog) {
    this.catalogue = catalogue;
    this.keys = keys;
    this.texts = texts;
    this.hasTopics = hasTopics;
    this.counters = counters;
    this.backlog = backlog;
  }

  /** Topics of the deciding core, as this catalogue names them. */
  public static ShardTopics shardTopics(Catalogue catalogue) {
    return new ShardTopics(
        catalogue.shardInputs().name(),
        catalogue.registry().name(),
        catalogue.seals().name(),
        catalogue.cosignatures().name(),
        catalogue.accepted().name(),
        catalogue.commitments().name(),
        catalogue.openings().name(),
        catalogue.votes().name(),
        catalogue.disputes().name(),
        catalogue.flags().name(),
        worker -> catalogue.tasks(worker).name(),
        catalogue.journal().name());
  }

  /** The app. */
  public StreamsApp app() {
    return new StreamsApp(ID, this::topology, internalTopics());
  }

  /** Full names of the app's changelogs. */
  public static List<String> internalTopics() {
    return List.of(
        ID + "-" + CoordinatorProcessor.LOG_STORE + "-changelog",
        ID + "-" + CoordinatorProcessor.PRIVATE_STORE + "-changelog");
  }

  /** The topology; every name in it is explicit. */
  Topology topology() {
    Topology topology = new Topology();
    List<String> inputs =
        List.of(
            catalogue.requests().name(),
            catalogue.tokens().name(),
            catalogue.shardInputs().name(),
            catalogue.cosignatures().name(),
            catalogue.accepted().name(),
            catalogue.commitments().name(),
            catalogue.openings().name(),
            catalogue.votes().name(),
            catalogue.disputes().name(),
            catalogue.flags().name());
    topology
        .addSource(
            AutoOffsetReset.earliest(),
            "shard-records",
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            inputs.toArray(String[]::new))
        .addProcessor(
            "coordinate",
            () -> new CoordinatorProcessor(catalogue, keys, texts, counters, backlog),
            "shard-records")
        .addStateStore(
            Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(CoordinatorProcessor.LOG_STORE),
                Serdes.Bytes(),
                Serdes.ByteArray()),
            "coordinate")
        .addStateStore(
            Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(CoordinatorProcessor.PRIVATE_STORE),
                Serdes.String(),
                Serdes.ByteArray()),
            "coordinate");
    sink(topology, "coordinated", "coordinate");
    topology
        .addSource(
            AutoOffsetReset.earliest(),
            "registry-records",
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            catalogue.registry().name())
        .addProcessor(
            "copy-registry",
            () -> new RegistryCopier(catalogue, keys, hasTopics, counters),
            "registry-records");
    sink(topology, "registry-copies", "copy-registry");
    return topology;
  }

  private static void sink(Topology topology, String name, String parent) {
    Serializer<Outgoing> value = (topic, outgoing) -> outgoing.value();
    StreamPartitioner<byte[], Outgoing> partitioner =
        (topic, key, outgoing, partitions) ->
            Optional.ofNullable(outgoing.partition()).map(Set::of);
    topology.addSink(
        name,
        (byte[] key, Outgoing outgoing, RecordContext context) -> outgoing.topic(),
        new ByteArraySerializer(),
        value,
        partitioner,
        parent);
  }
}
