package io.verillm.streams.audit;

import io.verillm.events.Challenge;
import io.verillm.events.Verdict;
import io.verillm.protocol.shard.Decisions;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * Whose tasks and which cases the log has opened. What it has not opened yet cannot be recomputed,
 * and is no fault.
 */
final class OpenedCases {
  private final Set<String> cases = new HashSet<>();
  private final Set<ByteBuffer> tasks = new HashSet<>();

  void add(Challenge challenge) {
    cases.add(Decisions.caseOf(challenge));
    challenge.getRoster().forEach(entry -> tasks.add(entry.getTaskId()));
  }

  void add(Verdict verdict) {
    cases.add(Decisions.caseOf(verdict));
    verdict.getProofs().forEach(proof -> tasks.add(proof.getTaskId()));
  }

  /** Whether a challenge or verdict concerns this case, named request/segment. */
  boolean hasCase(String requestAndSegment) {
    return cases.contains(requestAndSegment);
  }

  /** Whether a challenge or verdict says whose task this is. */
  boolean hasTask(ByteBuffer taskId) {
    return tasks.contains(taskId);
  }
}
