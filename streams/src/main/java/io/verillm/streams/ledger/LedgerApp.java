package io.verillm.streams.ledger;

import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.streams.ShardPartitioner;
import io.verillm.streams.StreamsApp;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Counters;
import io.verillm.topics.DeadLetters;
import io.verillm.topics.Groups;
import io.verillm.topics.Topic;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The ledger app: one partition of commands in one order. Each command, its effects and the state's
 * changes are one transaction. The state lies in memory and in a changelog; a start reads the
 * changelog back. Commands that are not signed by the coordinator, or are none, become dead
 * letters; the partition goes on.
 */
public final class LedgerApp {
  /** Application id. */
  public static final String ID = Groups.LEDGER;

  static final String STORE = "ledger-state";
  private static final String SOURCE = "ledger-commands-source";
  private static final String PROCESSOR = "ledger";

  private LedgerApp() {}

  /**
   * The app.
   *
   * @param key the coordinator's key: it signs the commands and, as {@code ledger}, what follows
   * @param refused counts refused records by reason
   */
  public static StreamsApp of(Catalogue catalogue, Signer key, Counters refused) {
    EventSigner signer = new EventSigner(Signers.LEDGER, key);
    return new StreamsApp(
        ID,
        () -> topology(catalogue, signer, new DeadLetters(catalogue, refused)),
        internalTopics());
  }

  /** Full names of the app's changelogs. */
  public static List<String> internalTopics() {
    return List.of(ID + "-" + STORE + "-changelog");
  }

  private static Topology topology(
      Catalogue catalogue, EventSigner signer, DeadLetters deadLetters) {
    Topology topology = new Topology();
    topology.addSource(
        AutoOffsetReset.earliest(),
        SOURCE,
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        catalogue.ledgerCommands().name());
    topology.addProcessor(
        PROCESSOR, () -> new LedgerProcessor(catalogue, signer, deadLetters), SOURCE);
    topology.addStateStore(store(), PROCESSOR);
    for (Topic topic :
        List.of(
            catalogue.transfers(),
            catalogue.balances(),
            catalogue.scores(),
            catalogue.deadLetters())) {
      topology.addSink(
          topic.name(),
          topic.name(),
          new ByteArraySerializer(),
          new ByteArraySerializer(),
          PROCESSOR);
    }
    topology.addSink(
        catalogue.shardInputs().name(),
        catalogue.shardInputs().name(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        new ShardPartitioner(catalogue.shards()),
        PROCESSOR);
    return topology;
  }

  private static StoreBuilder<KeyValueStore<String, String>> store() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(STORE), Serdes.String(), Serdes.String())
        .withLoggingEnabled(Map.of())
        .withCachingDisabled();
  }
}
