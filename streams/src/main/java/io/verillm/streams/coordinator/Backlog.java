package io.verillm.streams.coordinator;

import io.verillm.protocol.crypto.Hash;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What waits for workers and what they work at, by model, as the shards of this process last saw
 * it. A worker that rests is given no task, so only the coordinator can say that it is needed.
 * Written by the shards' threads, read by any.
 */
public final class Backlog {
  private final Map<Integer, Map<Hash, Figures>> shards = new ConcurrentHashMap<>();
  private final Set<Integer> unseen = ConcurrentHashMap.newKeySet();
  private volatile int waitTicks = -1;

  /** Nothing is known yet. */
  public Backlog() {}

  /**
   * Figures of one model.
   *
   * @param waiting granted requests for which too few workers are ready
   * @param oldestTicks case time for which the oldest of them has waited
   * @param open requests that are granted and not settled, those that wait among them
   * @param owing workers that owe flags or proofs
   */
  public record Figures(long waiting, long oldestTicks, long open, long owing) {
    /** No request. */
    public static final Figures NONE = new Figures(0, 0, 0, 0);

    /** Those of both. */
    public Figures plus(Figures other) {
      return new Figures(
          waiting + other.waiting,
          Math.max(oldestTicks, other.oldestTicks),
          open + other.open,
          owing + other.owing);
    }
  }

  /** A shard is this process' from here on, and has to be replayed first. */
  void taken(int shard) {
    unseen.add(shard);
    shards.remove(shard);
  }

  /**
   * A shard of this process says what it sees.
   *
   * @param longest ticks that a request may wait for workers that rest, by the parameters in force
   */
  public void seen(int shard, Map<Hash, Figures> figures, int longest) {
    waitTicks = longest;
    shards.put(shard, Map.copyOf(figures));
    unseen.remove(shard);
  }

  /** A shard is another process' from here on. */
  void left(int shard) {
    shards.remove(shard);
    unseen.remove(shard);
  }

  /** Shards of this process that have not said anything yet. */
  public int unknown() {
    return unseen.size();
  }

  /** Whether any shard of this process has said something: before that figures are no zeros. */
  public boolean isKnown() {
    return !shards.isEmpty();
  }

  /**
   * Ticks that a request may wait for workers that rest, 0 where none may rest; empty until a shard
   * of this process has said anything.
   */
  public OptionalInt waitTicks() {
    return waitTicks < 0 ? OptionalInt.empty() : OptionalInt.of(waitTicks);
  }

  /** Figures of a model over all shards of this process. */
  public Figures of(Hash model) {
    return shards.values().stream()
        .flatMap(figures -> Optional.ofNullable(figures.get(model)).stream())
        .reduce(Figures.NONE, Figures::plus);
  }
}
