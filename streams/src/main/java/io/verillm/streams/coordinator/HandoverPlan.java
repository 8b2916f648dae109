package io.verillm.streams.coordinator;

import io.verillm.protocol.draw.RandomStream;
import java.util.List;
import java.util.TreeSet;

/**
 * After how many tokens an answer passes to another worker: uniform points that follow from the
 * coordinator's secret, so that a repeated transaction repeats them and nobody else can know them.
 */
final class HandoverPlan {
  private HandoverPlan() {}

  /** Numbers of tokens in [1, maxTokens), ascending: as many as asked for and possible. */
  static List<Integer> points(CoordinatorKeys keys, String requestId, int maxTokens, int wanted) {
    RandomStream random = new RandomStream(keys.handovers(requestId));
    TreeSet<Integer> points = new TreeSet<>();
    while (points.size() < Math.min(wanted, maxTokens - 1)) {
      points.add(1 + random.below(maxTokens - 1));
    }
    return List.copyOf(points);
  }
}
