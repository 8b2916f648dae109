package io.verillm.streams.coordinator;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Candidate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * Author tasks that this process has handed out and of which no PREFILL has come: no stake is
 * locked for them yet. Who has as many of them as its free stake answers for is given no more. A
 * process that takes over begins with none.
 */
final class OpenTurns {
  private final ToLongFunction<String> freeStake;
  private final LongSupplier lock;
  private final Map<Hash, Turn> open = new HashMap<>();

  private record Turn(String requestId, String worker) {}

  /**
   * No turns yet.
   *
   * @param freeStake of a worker, as deciding knows it
   * @param lock what is locked for a task
   */
  OpenTurns(ToLongFunction<String> freeStake, LongSupplier lock) {
    this.freeStake = freeStake;
    this.lock = lock;
  }

  void begun(Hash taskId, String requestId, String worker) {
    open.put(taskId, new Turn(requestId, worker));
  }

  /** Its PREFILL is there, so that its stake is locked next. */
  void committed(Hash taskId) {
    open.remove(taskId);
  }

  /** Nothing of this request is to be locked any more. */
  void ended(String requestId) {
    open.values().removeIf(turn -> turn.requestId().equals(requestId));
  }

  /**
   * Those of the candidates whose free stake answers for one more task, with what is left of it.
   */
  List<Candidate> covered(List<String> candidates) {
    Map<String, Long> turns = new HashMap<>();
    open.values().forEach(turn -> turns.merge(turn.worker(), 1L, Long::sum));
    long each = Math.max(1, lock.getAsLong());
    return candidates.stream()
        .filter(w -> left(w, turns, each) >= each)
        .map(w -> new Candidate(w, left(w, turns, each)))
        .toList();
  }

  private long left(String worker, Map<String, Long> turns, long each) {
    return freeStake.applyAsLong(worker) - each * turns.getOrDefault(worker, 0L);
  }

  /** The candidates with their free stake, whatever they have in hand. */
  List<Candidate> staked(List<String> candidates) {
    return candidates.stream().map(w -> new Candidate(w, freeStake.applyAsLong(w))).toList();
  }
}
