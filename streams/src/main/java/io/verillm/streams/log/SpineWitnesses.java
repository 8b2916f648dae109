package io.verillm.streams.log;

import io.verillm.events.RegistryUpdate;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.Catalogue;
import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;

/**
 * The witnesses as the shards know them: from the registry's copies on shard-inputs. A closed epoch
 * written before every shard knows the coordinator and so its witnesses would be refused there for
 * ever.
 */
final class SpineWitnesses {
  private final String registryTopic;
  private final RegistrySnapshot[] shards;

  private SpineWitnesses(Catalogue catalogue, RegistrySnapshot known) {
    this.registryTopic = catalogue.registry().name();
    this.shards = new RegistrySnapshot[catalogue.shards()];
    Arrays.fill(shards, known);
  }

  /** No shard knows anything yet. */
  static SpineWitnesses unknown(Catalogue catalogue) {
    return new SpineWitnesses(catalogue, RegistrySnapshot.empty());
  }

  /** Epochs have been closed, so every shard knows what the registry says. */
  static SpineWitnesses known(Catalogue catalogue, RegistrySnapshot registry) {
    return new SpineWitnesses(catalogue, registry);
  }

  /** Notes a copy on one partition of shard-inputs. */
  void note(int shard, RegistryUpdate update) {
    SignedRecord record = RegistrySnapshot.original(registryTopic, update);
    shards[shard] = shards[shard].apply(record).snapshot();
  }

  /** The witnesses whose cosignatures close an epoch; none until all shards know the same. */
  SortedMap<String, RegisteredWitness> complete() {
    SortedMap<String, RegisteredWitness> first = shards[0].sealWitnesses();
    return Arrays.stream(shards).allMatch(shard -> shard.sealWitnesses().equals(first))
        ? first
        : Collections.emptySortedMap();
  }
}
