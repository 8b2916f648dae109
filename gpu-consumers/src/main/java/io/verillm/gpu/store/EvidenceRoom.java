package io.verillm.gpu.store;

import io.verillm.protocol.crypto.Hash;
import java.util.HashMap;
import java.util.Map;

/** Counts the bytes of a store with a bound: those kept, and those promised to tasks. */
final class EvidenceRoom {
  private final long bound;
  private final Map<Hash, Long> promised = new HashMap<>();
  private long kept;

  /**
   * @param bound most bytes, kept and promised together
   */
  EvidenceRoom(long bound) {
    this.bound = bound;
  }

  /** Counts what lies there already. */
  synchronized void add(long bytes) {
    kept += bytes;
  }

  /** Counts what is dropped. */
  synchronized void remove(long bytes) {
    kept -= bytes;
  }

  /**
   * Promises a task these bytes; an earlier promise is replaced.
   *
   * @throws EvidenceStoreFull if there is not as much room
   */
  synchronized void reserve(Hash taskId, long bytes) throws EvidenceStoreFull {
    release(taskId);
    require(bytes);
    promised.put(taskId, bytes);
  }

  /** Ends a promise. */
  synchronized void release(Hash taskId) {
    promised.remove(taskId);
  }

  /**
   * Counts what a task is about to keep, first against what it was promised.
   *
   * @throws EvidenceStoreFull if there is not as much room
   */
  synchronized void take(Hash taskId, long bytes) throws EvidenceStoreFull {
    long own = Math.min(bytes, promised.getOrDefault(taskId, 0L));
    require(bytes - own);
    promised.computeIfPresent(taskId, (task, left) -> left - own);
    kept += bytes;
  }

  private void require(long bytes) throws EvidenceStoreFull {
    long taken = kept + promised.values().stream().mapToLong(Long::longValue).sum();
    if (taken + bytes > bound) {
      throw new EvidenceStoreFull(taken, bytes, bound);
    }
  }

  synchronized long kept() {
    return kept;
  }
}
