package io.verillm.streams.ledger;

import io.verillm.protocol.money.LedgerState;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The ledger's state in a Streams store, one entry for each key. */
final class StoredLedgerState implements LedgerState {
  private final KeyValueStore<String, String> store;

  StoredLedgerState(KeyValueStore<String, String> store) {
    this.store = store;
  }

  @Override
  public Optional<String> get(String key) {
    return Optional.ofNullable(store.get(key));
  }

  @Override
  public void put(String key, String value) {
    store.put(key, value);
  }

  @Override
  public void remove(String key) {
    store.delete(key);
  }

  @Override
  public SortedSet<String> keys(String prefix) {
    SortedSet<String> keys = new TreeSet<>();
    try (KeyValueIterator<String, String> entries =
        store.prefixScan(prefix, new StringSerializer())) {
      entries.forEachRemaining(entry -> keys.add(entry.key));
    }
    return keys;
  }
}
