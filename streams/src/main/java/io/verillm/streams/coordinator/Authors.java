package io.verillm.streams.coordinator;

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
