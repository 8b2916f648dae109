package io.verillm.streams.log;

import io.verillm.events.RegistryUpdate;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.Catalogue;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * The witnesses as the shards know them: from the registry's copies on shard-inputs. A closed epoch
 * written before every shard knows every witness would be refused there for ever.
 */
final class SpineWitnesses {
  private final String registryTopic;
  private final RegistrySnapshot[] shards;
  private final Collection<String> expected;

  SpineWitnesses(Catalogue catalogue, Collection<String> expected) {
    this.registryTopic = catalogue.registry().name();
    this.shards = new RegistrySnapshot[catalogue.shards()];
    Arrays.fill(shards, RegistrySnapshot.empty());
    this.expected = expected;
  }

  /** Notes a copy on one partition of shard-inputs. */
  void note(int shard, RegistryUpdate update) {
    SignedRecord record = RegistrySnapshot.original(registryTopic, update);
    shards[shard] = shards[shard].apply(record).snapshot();
  }

  /** The witnesses whose cosignatures close an epoch; none until all shards know the same. */
  SortedMap<String, RegisteredWitness> complete() {
    SortedMap<String, RegisteredWitness> first = shards[0].sealWitnesses();
    boolean same = Arrays.stream(shards).allMatch(shard -> shard.sealWitnesses().equals(first));
    return same && first.keySet().containsAll(expected) ? first : Collections.emptySortedMap();
  }

  /** Expected witnesses that some shard does not know. */
  Stream<String> missing() {
    return expected.stream()
        .filter(id -> Arrays.stream(shards).anyMatch(shard -> !shard.witnesses().containsKey(id)))
        .sorted();
  }
}
