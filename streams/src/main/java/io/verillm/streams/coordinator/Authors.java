package io.verillm.streams.coordinator;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Candidate;
import io.verillm.protocol.draw.CommitteeDraw;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses authors by a draw over their stakes, from a secret: so nobody has more of them under many
 * names than under one. What a worker wrote because it had to counts as one of its draws.
 */
final class Authors {
  private final CoordinatorKeys keys;

  /** Requests that workers have written without being drawn, and were not passed over for yet. */
  private final Map<String, Integer> ahead = new HashMap<>();

  Authors(CoordinatorKeys keys) {
    this.keys = keys;
  }

  /** One candidate, which nobody can know before who does not know the seed. */
  static Optional<String> drawn(List<Candidate> candidates, Hash seed) {
    return CommitteeDraw.draw(seed, candidates, 1).stream().findFirst();
  }

  /** The first author of a request; empty where there are no candidates. */
  Optional<String> first(String requestId, List<Candidate> candidates) {
    List<String> order =
        CommitteeDraw.draw(keys.author(requestId, 0, 0), candidates, ahead.size() + 1);
    for (String worker : order) {
      if (!ahead.containsKey(worker)) {
        return Optional.of(worker);
      }
      ahead.computeIfPresent(worker, (id, written) -> written > 1 ? written - 1 : null);
    }
    return order.stream().findFirst();
  }

  /** A worker that must be the author; empty where it is no candidate. */
  Optional<String> claimed(String worker, List<Candidate> candidates) {
    if (candidates.stream().noneMatch(candidate -> candidate.workerId().equals(worker))) {
      return Optional.empty();
    }
    ahead.merge(worker, 1, Integer::sum);
    return Optional.of(worker);
  }
}
