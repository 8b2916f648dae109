package io.verillm.streams.coordinator;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.RandomStream;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Chooses authors by load: who had the fewest segments of this shard; shards begin at different
 * workers.
 */
final class Authors {
  private final int shard;
  private final int shards;
  private final Map<String, Integer> segments = new HashMap<>();

  Authors(int shard, int shards) {
    this.shard = shard;
    this.shards = shards;
  }

  void count(String worker) {
    segments.merge(worker, 1, Integer::sum);
  }

  /** A uniform choice, which nobody can know before who does not know the seed. */
  static Optional<String> drawn(List<String> candidates, Hash seed) {
    return candidates.isEmpty()
        ? Optional.empty()
        : Optional.of(candidates.get(new RandomStream(seed).below(candidates.size())));
  }

  /**
   * The next author; the choice is not counted yet.
   *
   * @param candidates workers by id, ascending
   */
  Optional<String> choose(List<String> candidates) {
    int n = candidates.size();
    int first = n == 0 ? 0 : shard * n / shards;
    return IntStream.range(0, n)
        .mapToObj(i -> candidates.get((first + i) % n))
        .min(Comparator.comparingInt(w -> segments.getOrDefault(w, 0)));
  }
}
