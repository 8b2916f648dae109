package io.verillm.protocol.money;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A {@link LedgerState} in memory: for replay, simulation and tests. Not thread-safe. */
public final class SortedLedgerState implements LedgerState {
  private final TreeMap<String, String> entries = new TreeMap<>();

  @Override
  public Optional<String> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  @Override
  public void put(String key, String value) {
    entries.put(key, value);
  }

  @Override
  public void remove(String key) {
    entries.remove(key);
  }

  @Override
  public SortedSet<String> keys(String prefix) {
    return new TreeSet<>(entries.subMap(prefix, prefix + Character.MAX_VALUE).keySet());
  }

  /** Every entry, ascending by key. */
  public SortedMap<String, String> entries() {
    return Collections.unmodifiableSortedMap(entries);
  }
}
