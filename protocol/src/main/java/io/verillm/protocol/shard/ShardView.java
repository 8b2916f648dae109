package io.verillm.protocol.shard;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Wire;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What others ask of a shard that is decided: who may work, what is open, what is owed. */
public final class ShardView {
  private final ShardState state;
  private final Duties duties;

  ShardView(ShardState state, Duties duties) {
    this.state = state;
    this.duties = duties;
  }

  /** Ids of the workers that may author a segment with this model: ready, with stake to lose. */
  public List<String> authors(Hash modelId) {
    return state.staked(modelId).stream().map(ShardState.Staked::id).toList();
  }

  /** What a worker has that answers for nothing yet, in units. */
  public long freeStake(String worker) {
    return state.stake(worker).units;
  }

  /** What is locked for each task of a request accepted now, in units. */
  public long lock() {
    return state.lock();
  }

  /** For how many ticks of case time a granted request has waited for workers. */
  public long waited(String requestId) {
    return state.granted.waited(requestId, state.clock);
  }

  /** Whether workers that rest are to come for a granted request: it waits for them. */
  public boolean isPatient(String requestId) {
    return state.granted.isPatient(requestId, state.registry.parameters());
  }

  /** Accepted requests of each model that are not settled: what somebody may still owe work for. */
  public Map<Hash, Long> open() {
    return state.open.values().stream()
        .collect(
            Collectors.groupingBy(
                request -> Wire.hash(request.accepted().getModelId()), Collectors.counting()));
  }

  /**
   * Workers of each model that must not go away for good yet: they answer for a duty epoch whose
   * flags or proof are missing, or will for the next.
   */
  public Map<Hash, Long> owing() {
    return duties.owing().stream()
        .map(state.registry.workers()::get)
        .flatMap(worker -> worker.models().stream())
        .collect(Collectors.groupingBy(model -> model, Collectors.counting()));
  }

  /** Whether a duty epoch has begun, and it is not settled yet what workers owed in it. */
  public boolean isOwed(long dutyEpoch) {
    return state.duties.containsKey(dutyEpoch);
  }

  /** Where a request is; CLOSED behind its last verdict, empty where it was never accepted. */
  Optional<Stage> stage(String requestId) {
    return state.closed.contains(requestId)
        ? Optional.of(Stage.CLOSED)
        : Optional.ofNullable(state.open.get(requestId)).map(Stage::of);
  }

  /** Cases without a last verdict, as far as their segments were begun. */
  public int openCases() {
    return state.open.values().stream()
        .filter(request -> request.phase != Phase.FINAL)
        .mapToInt(request -> request.cases.size())
        .sum();
  }

  /**
   * Requests whose tasks nothing on the log has shown for longer than an honest one may take: the
   * coordinator keeps its draws back. None but in an audit.
   */
  public List<String> overdue() {
    return state.open.values().stream()
        .filter(request -> request.isOverdue(state.clock))
        .map(request -> request.requestId)
        .toList();
  }

  /** Whether a request has no last verdicts yet. */
  public boolean isOpen(String requestId) {
    return state.open.containsKey(requestId);
  }

  /**
   * Whether a request was opened in private mode to others than who decides here: nothing that
   * happened to it since can be told.
   */
  public boolean isUnreadable(String requestId) {
    RequestState request = state.open.get(requestId);
    return request != null && request.unreadable;
  }

  /** Cases of requests that are unreadable. */
  public long unreadableCases() {
    return state.open.values().stream()
        .filter(request -> request.unreadable)
        .mapToLong(request -> request.cases.size())
        .sum();
  }
}
