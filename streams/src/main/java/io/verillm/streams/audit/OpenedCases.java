package io.verillm.streams.audit;

import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.DutyBegun;
import io.verillm.events.DutyMissed;
import io.verillm.events.LockStake;
import io.verillm.events.Opening;
import io.verillm.events.PrivateOpening;
import io.verillm.events.Verdict;
import io.verillm.events.Vote;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.shard.Decisions;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/**
 * Whose tasks and which cases the log has opened. What it has not opened yet cannot be recomputed,
 * and is no fault.
 */
final class OpenedCases {
  private final Set<String> cases = new HashSet<>();
  private final Map<ByteBuffer, String> tasks = new HashMap<>();

  void add(Challenge challenge) {
    cases.add(Decisions.caseOf(challenge));
    challenge.getRoster().forEach(entry -> tasks.put(entry.getTaskId(), challenge.getRequestId()));
  }

  void add(Verdict verdict) {
    cases.add(Decisions.caseOf(verdict));
    verdict.getProofs().forEach(proof -> tasks.put(proof.getTaskId(), verdict.getRequestId()));
  }

  /**
   * The request that a derived event belongs to.
   *
   * @return empty for the lock of a task that nothing has opened yet, and for duties
   */
  Optional<String> requestOf(SpecificRecord derived) {
    if (derived instanceof LockStake lock && lock.getRequestId().isEmpty()) {
      return lock.getLocks().stream()
          .map(l -> tasks.get(l.getTaskId()))
          .filter(Objects::nonNull)
          .findFirst();
    }
    if (isDuty(derived)) {
      return Optional.empty();
    }
    String key = Decisions.caseOf(derived);
    return Optional.of(key.substring(0, key.lastIndexOf('/')));
  }

  /** Whether the log has opened enough to follow how a derived event came about. */
  boolean explains(SpecificRecord derived) {
    return isDuty(derived) || explainsCase(derived);
  }

  private static boolean isDuty(SpecificRecord derived) {
    return derived instanceof DutyBegun || derived instanceof DutyMissed;
  }

  private boolean explainsCase(SpecificRecord derived) {
    return derived instanceof LockStake lock && lock.getRequestId().isEmpty()
        ? requestOf(derived).isPresent()
        : cases.contains(Decisions.caseOf(derived));
  }

  /** Whether a challenge or verdict says whose task this is. */
  boolean hasTask(ByteBuffer taskId) {
    return tasks.containsKey(taskId);
  }

  /** The request that a worker's record is about. */
  Optional<String> requestOf(SignedRecord record) {
    return switch (PublicRecords.event(record).orElse(null)) {
      case Commitment c -> Optional.ofNullable(tasks.get(c.getTaskId()));
      case Opening o -> Optional.of(o.getRequestId());
      case PrivateOpening o -> Optional.of(o.getRequestId());
      case Vote v -> Optional.of(v.getRequestId());
      case null, default -> Optional.empty();
    };
  }
}
