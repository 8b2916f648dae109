package io.verillm.streams.coordinator;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.RandomStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses authors. First ones take turns, so that each has as many requests as the others; in which
 * order is drawn anew for each lap, from a secret. Shards begin a lap at different workers. Later
 * ones are drawn one by one.
 */
final class Authors {
  private final CoordinatorKeys keys;
  private final int shard;
  private final int shards;

  /** Turns that workers have had before they came. */
  private final Map<String, Integer> ahead = new HashMap<>();

  private int begun;

  /**
   * A choice that goes on.
   *
   * @param begun requests of this shard that have had a first author
   */
  Authors(CoordinatorKeys keys, int shard, int shards, int begun) {
    this.keys = keys;
    this.shard = shard;
    this.shards = shards;
    this.begun = begun;
  }

  /** A uniform choice, which nobody can know before who does not know the seed. */
  static Optional<String> drawn(List<String> candidates, Hash seed) {
    return candidates.isEmpty()
        ? Optional.empty()
        : Optional.of(candidates.get(new RandomStream(seed).below(candidates.size())));
  }

  /**
   * The first author of the next request; empty, and nobody's turn, where there are no candidates.
   *
   * @param candidates workers by id, ascending
   */
  Optional<String> first(List<String> candidates) {
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    String next = turn(candidates);
    while (ahead.getOrDefault(next, 0) > 0) {
      ahead.merge(next, -1, Integer::sum);
      next = turn(candidates);
    }
    return Optional.of(next);
  }

  private String turn(List<String> candidates) {
    int n = candidates.size();
    int turn = begun++;
    List<String> order = shuffled(candidates, keys.lap(turn / n));
    return order.get((turn + shard * n / shards) % n);
  }

  /**
   * A worker that must be the author, for its next turn; empty where it is no candidate.
   *
   * @param candidates workers by id, ascending
   */
  Optional<String> claimed(String worker, List<String> candidates) {
    if (!candidates.contains(worker)) {
      return Optional.empty();
    }
    ahead.merge(worker, 1, Integer::sum);
    return Optional.of(worker);
  }

  private static List<String> shuffled(List<String> candidates, Hash seed) {
    RandomStream random = new RandomStream(seed);
    List<String> order = new ArrayList<>(candidates);
    for (int left = order.size(); left > 1; left--) {
      Collections.swap(order, left - 1, random.below(left));
    }
    return order;
  }
}
