package io.verillm.gpu.worker;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A map that forgets its oldest entries, so that nothing read from the log grows without bound. */
final class Recent<K, V> {
  private final LinkedHashMap<K, V> entries = new LinkedHashMap<>();
  private final int limit;

  Recent(int limit) {
    this.limit = limit;
  }

  synchronized @Nullable V get(K key) {
    return entries.get(key);
  }

  /** Puts the value if there is none; the first record on the log is the one that counts. */
  synchronized void putFirst(K key, V value) {
    entries.putIfAbsent(key, value);
    trim();
  }

  synchronized V computeIfAbsent(K key, Function<K, V> make) {
    V value = entries.computeIfAbsent(key, make);
    trim();
    return value;
  }

  synchronized void remove(K key) {
    entries.remove(key);
  }

  private void trim() {
    while (entries.size() > limit) {
      Map.Entry<K, V> oldest = entries.pollFirstEntry();
      assert oldest != null;
    }
  }
}
