package io.verillm.protocol.money;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A {@link LedgerState} in memory: for replay, simulation and tests. Not thread-safe. */
public final class GroupedLedgerState implements LedgerState {
  /** By what stands before a key's first slash: of what is remembered for ever none is listed. */
  private final Map<String, Map<String, String>> entries = new HashMap<>();

  @Override
  public Optional<String> get(String key) {
    return Optional.ofNullable(group(key).get(key));
  }

  @Override
  public void put(String key, String value) {
    entries.computeIfAbsent(kind(key), unknown -> new HashMap<>()).put(key, value);
  }

  @Override
  public void remove(String key) {
    if (entries.containsKey(kind(key))) {
      group(key).remove(key);
    }
  }

  private Map<String, String> group(String key) {
    return entries.getOrDefault(kind(key), Map.of());
  }

  private static String kind(String key) {
    return key.substring(0, key.indexOf('/') + 1);
  }

  @Override
  public SortedSet<String> keys(String prefix) {
    Map<String, String> among = prefix.contains("/") ? group(prefix) : entries();
    return among.keySet().stream()
        .filter(key -> key.startsWith(prefix))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Every entry, ascending by key. */
  public SortedMap<String, String> entries() {
    SortedMap<String, String> all = new TreeMap<>();
    entries.values().forEach(all::putAll);
    return Collections.unmodifiableSortedMap(all);
  }
}
