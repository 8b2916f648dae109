package io.verillm.demo;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.FlagDuty;
import io.verillm.events.FlagOpening;
import io.verillm.events.MemberRole;
import io.verillm.events.OutputReady;
import io.verillm.events.Result;
import io.verillm.events.ResultKind;
import io.verillm.events.Score;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;

/**
 * What the public topics say about a run, counted event by event. Events of other types change
 * nothing, and neither does an event that comes twice. Safe for use by several threads.
 */
public final class RunTally {
  private final Map<Stage, Set<Object>> stages = new EnumMap<>(Stage.class);
  private final Map<CaseKey, Verdict> verdicts = new HashMap<>();
  private final Map<String, Long> scores = new HashMap<>();
  private final Set<String> transfers = new HashSet<>();
  private final Set<List<Object>> scored = new HashSet<>();
  private final Set<CaseKey> settled = new HashSet<>();
  private final Set<String> refused = new HashSet<>();
  private final WorkerMoney money = new WorkerMoney();
  private final Map<String, FlagOpening> flags = new TreeMap<>();
  private final Set<List<Object>> duties = new HashSet<>();
  private Predicate<String> own = id -> true;

  public RunTally() {
    for (Stage stage : Stage.values()) {
      stages.put(stage, new HashSet<>());
    }
  }

  /** From now on what is counted of requests is counted of these alone. */
  public synchronized void only(Set<String> requestIds) {
    own = Set.copyOf(requestIds)::contains;
  }

  /** Counts one event. */
  public synchronized void add(SpecificRecord event) {
    switch (event) {
      case Accepted a -> reached(Stage.QUEUED, a.getRequestId());
      case OutputReady o -> reached(Stage.COMMITTED, o.getTaskId());
      case Challenge c -> reached(Stage.CHALLENGED, c.getRequestId());
      case Commitment c -> add(c);
      case Verdict v -> add(v);
      case Transfer t -> add(t);
      case Score s -> add(s);
      case Result r -> add(r);
      case FlagOpening f -> flags.putIfAbsent(f.getRequestId(), f);
      case FlagDuty d -> duties.add(List.of(d.getShard(), d.getScoringEpoch(), d.getSentinel()));
      default -> {}
    }
    notifyAll();
  }

  /**
   * Waits until something is so that the events of the run make so.
   *
   * @return whether it is so; false if the time was over first
   */
  public synchronized boolean await(Predicate<RunTally> state, Duration timeout)
      throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!state.test(this)) {
      long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
      if (millis <= 0) {
        return false;
      }
      wait(millis);
    }
    return true;
  }

  private void add(Result result) {
    if (result.getKind() == ResultKind.REFUSED) {
      refused.add(result.getRequestId());
    }
  }

  private void add(Commitment commitment) {
    if (commitment.getStep() == CommitmentStep.FINAL) {
      reached(Stage.GENERATED, ByteBuffer.wrap(commitment.getTaskId().array()));
    }
  }

  private void add(Verdict verdict) {
    if (verdict.getLast()) {
      verdicts.put(CaseKey.of(verdict), verdict);
      if (verdicts(verdict.getRequestId()).size() == verdict.getSegments()) {
        reached(Stage.DECIDED, verdict.getRequestId());
      }
    }
  }

  private void add(Transfer transfer) {
    if (transfers.add(transfer.getTransferId())) {
      money.add(transfer);
      if (transfer.getKind().equals(WorkerMoney.SETTLE)) {
        settled.add(new CaseKey(transfer.getRequestId(), transfer.getSegment()));
      }
    }
  }

  private void add(Score score) {
    if (scored.add(List.of(score.getScoringEpoch(), score.getWorker()))) {
      scores.merge(score.getWorker(), score.getScore(), Long::sum);
    }
  }

  private void reached(Stage stage, Object id) {
    stages.get(stage).add(id);
  }

  /** Requests that came at least as far as this. */
  public synchronized int count(Stage stage) {
    return (int)
        stages.get(stage).stream().filter(id -> !(id instanceof String s) || own.test(s)).count();
  }

  /** The worst outcome among the last verdicts of each request's cases, by request id. */
  public synchronized Map<String, VerdictOutcome> outcomes() {
    Map<String, VerdictOutcome> outcomes = new TreeMap<>();
    // The enum lists the worst outcome first.
    ownVerdicts()
        .forEach(verdict ->
            outcomes.merge(
                verdict.getRequestId(),
                verdict.getOutcome(),
                (a, b) -> a.compareTo(b) < 0 ? a : b));
    return outcomes;
  }

  /** Last verdicts, one for each case. */
  public synchronized Collection<Verdict> verdicts() {
    return ownVerdicts();
  }

  private List<Verdict> ownVerdicts() {
    return verdicts.values().stream().filter(v -> own.test(v.getRequestId())).toList();
  }

  /** Requests that are at their end: decided, or never admitted. */
  public synchronized int ended() {
    return count(Stage.DECIDED) + (int) refused.stream().filter(own).count();
  }

  /** Whether these requests are at their end too. */
  public synchronized boolean haveEnded(Set<String> requestIds) {
    return requestIds.stream()
        .allMatch(id -> refused.contains(id) || stages.get(Stage.DECIDED).contains(id));
  }

  /** Requests that turned out to be flags, by id. */
  public synchronized List<FlagRow> flags() {
    return flags.values().stream()
        .flatMap(flag ->
            verdicts(flag.getRequestId()).stream()
                .limit(1)
                .map(verdict -> FlagRow.of(flag, verdict, money.settlement(flag.getRequestId()))))
        .toList();
  }

  /** How often a worker proved what it owed in a shard for a time. */
  public synchronized int duties() {
    return duties.size();
  }

  /** How often a worker lost a bond for flags that it owed. */
  public synchronized int missedDuties() {
    return money.missedDuties();
  }

  /** Whether every decided case is settled. */
  public synchronized boolean isSettled() {
    return settled.containsAll(verdicts.keySet());
  }

  /** Whether the scores of this scoring epoch, or of a later one, are there. */
  public synchronized boolean hasScores(long scoringEpoch) {
    return scored.stream().anyMatch(key -> (Long) key.getFirst() >= scoringEpoch);
  }

  /** The last verdicts of a request, by segment. */
  public synchronized List<Verdict> verdicts(String requestId) {
    return verdicts.values().stream()
        .filter(v -> v.getRequestId().equals(requestId))
        .sorted(Comparator.comparingInt(Verdict::getSegment))
        .toList();
  }

  /** Tasks of committees that were given out, for all cases of a request one each. */
  public synchronized int checks() {
    return tasks(member -> member.getRole() == MemberRole.CHECKER && !member.getHandover());
  }

  /** Tasks of authors that checked what they went on from. */
  public synchronized int handovers() {
    return tasks(VerdictMember::getHandover);
  }

  private int tasks(Predicate<VerdictMember> wanted) {
    return (int)
        verdicts.values().stream()
            .flatMap(v -> v.getMembers().stream())
            .filter(wanted)
            .map(VerdictMember::getTaskId)
            .distinct()
            .count();
  }

  /** Sum of all accounts, in units; 0 in a sound ledger. */
  public synchronized long ledgerSum() {
    return money.sum();
  }

  /**
   * The table of workers.
   *
   * @param behaviours behaviour by worker id, in the order wanted
   */
  public synchronized List<WorkerRow> workers(Map<String, String> behaviours) {
    WorkerCases cases = WorkerCases.of(ownVerdicts(), Collections.unmodifiableMap(money.losers()));
    return behaviours.entrySet().stream()
        .map(worker -> row(worker.getKey(), worker.getValue(), cases.of(worker.getKey())))
        .toList();
  }

  private WorkerRow row(String id, String behaviour, WorkerCases.Count count) {
    return new WorkerRow(
        id,
        behaviour,
        count.author,
        count.checker,
        count.accepted,
        count.rejected,
        count.faults,
        scores.getOrDefault(id, 0L),
        money.paid(id),
        money.slashed(id),
        money.owned(id));
  }
}
