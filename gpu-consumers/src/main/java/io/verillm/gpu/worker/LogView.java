package io.verillm.gpu.worker;

import io.verillm.events.Accepted;
import io.verillm.events.CalibrationPublished;
import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.ModelRegistered;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.registry.RegisteredWorker;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.SoundCommitment;
import io.verillm.protocol.vote.VoteRule;
import io.verillm.topics.SignerKeys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one worker remembers of the public log and its controls. Written by the listener's thread,
 * read by all. Every record was verified, and events that name a worker were signed by it.
 */
final class LogView {
  private static final int COMMITMENTS_MAX = 1 << 16;
  private static final int CLOSED_MAX = 1 << 16;
  private static final int CONTROLS_MAX = 1 << 12;

  private volatile RegistrySnapshot registry;
  private final String worker;

  /** When this worker's VRF key was registered. */
  private OptionalLong owesSince = OptionalLong.empty();

  /** Longest time, in ticks, for which a duty epoch counted under any parameters so far. */
  private long countedTicksMax = DutyTerms.NONE.countedTicks();

  /** Tasks that this worker has committed to. */
  private final Recent<Hash, Boolean> committed = new Recent<>(COMMITMENTS_MAX);

  /** Open requests: each has paid for its place, and its last verdict takes it out. */
  private final Map<String, Accepted> accepted = new ConcurrentHashMap<>();

  /** Requests with a last verdict: topics are read in any order. */
  private final Recent<String, Boolean> closed = new Recent<>(CLOSED_MAX);

  /** Tasks of this worker behind whose requests a last verdict lies. */
  private final Recent<Hash, Boolean> decided = new Recent<>(CLOSED_MAX);

  private final Recent<Hash, ControlBox> controls = new Recent<>(CONTROLS_MAX);

  /** A view of a log whose registry begins as given: it may pin the coordinator's key. */
  LogView(String worker, RegistrySnapshot start) {
    this.worker = worker;
    this.registry = start;
  }

  /**
   * Takes in a record of the registry.
   *
   * @param atMillis when it was written
   */
  synchronized void register(SignedRecord record, long atMillis) {
    registry = registry.apply(record).snapshot();
    if (Optional.ofNullable(registry.workers().get(worker))
        .flatMap(RegisteredWorker::vrfKey)
        .isPresent()) {
      owes(atMillis);
    }
    registry
        .parameters()
        .map(set -> DutyTerms.of(set).countedTicks())
        .ifPresent(ticks -> countedTicksMax = Math.max(countedTicksMax, ticks));
    notifyAll();
  }

  /** This worker's VRF key is on the log from this time on; the first time counts. */
  synchronized void owes(long sinceMillis) {
    owesSince = owesSince.isPresent() ? owesSince : OptionalLong.of(sinceMillis);
  }

  /** Since when this worker can owe flags; empty where it has registered no key for it. */
  synchronized OptionalLong owesSince() {
    return owesSince;
  }

  /** Ticks of case time behind which nothing counts for a duty epoch, whichever it is. */
  synchronized long countedTicksMax() {
    return countedTicksMax;
  }

  /** Keys of all that have registered so far. */
  SignerKeys keys() {
    return SignerKeys.of(registry);
  }

  /** Waits for a coordinator to be known; without one no task can be verified. */
  synchronized boolean awaitCoordinator(Duration wait) throws InterruptedException {
    long end = System.nanoTime() + wait.toNanos();
    while (registry.coordinator().isEmpty() && System.nanoTime() < end) {
      wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }
    return registry.coordinator().isPresent();
  }

  /** Sequence of the last readiness of a worker that counted; -1 where it was never ready. */
  long readySequence(String worker) {
    RegisteredWorker known = registry.workers().get(worker);
    return known == null ? -1 : known.readySequence();
  }

  /** The registry as far as it was read. */
  RegistrySnapshot registry() {
    return registry;
  }

  void add(Accepted event) {
    if (closed.get(event.getRequestId()) == null) {
      accepted.putIfAbsent(event.getRequestId(), event);
    }
  }

  /**
   * Forgets a request whose last verdict was read.
   *
   * @param own this worker's tasks of it
   */
  void close(String requestId, List<Hash> own) {
    closed.putFirst(requestId, Boolean.TRUE);
    own.forEach(task -> decided.putFirst(task, Boolean.TRUE));
    accepted.remove(requestId);
  }

  /** Whether nothing can come of a task any more: its request has a last verdict. */
  boolean isDecided(Hash taskId) {
    return decided.get(taskId) != null;
  }

  /** Notes what this worker has committed to; others' commitments come with their challenge. */
  void add(Commitment event) {
    if (event.getWorker().equals(worker) && SoundCommitment.test(event, true)) {
      committed.putFirst(Wire.hash(event.getTaskId()), Boolean.TRUE);
    }
  }

  ControlBox controls(Hash taskId) {
    return controls.computeIfAbsent(taskId, task -> new ControlBox());
  }

  Optional<Accepted> accepted(String requestId) {
    return Optional.ofNullable(accepted.get(requestId));
  }

  /** Whether this worker has committed to a task, before a restart perhaps. */
  boolean hasCommitted(Hash taskId) {
    return committed.get(taskId) != null;
  }

  /** The ground that a challenge names; empty while its request or model was not read. */
  Optional<CaseGround> ground(Challenge challenge) {
    Optional<Accepted> request = accepted(challenge.getRequestId());
    Optional<ModelRegistered> model =
        request.map(r -> registry.models().get(Wire.hash(r.getModelId())));
    return model.map(known -> CaseGround.of(request.orElseThrow(), known, challenge));
  }

  /** The calibration that a challenge names. */
  Optional<CalibrationPublished> calibration(String calibrationId) {
    return Optional.ofNullable(registry.calibrations().get(calibrationId));
  }

  /** The band for evidence of a model computed under a profile. */
  CandidateBand band(Hash modelId, String profile) {
    return registry
        .calibration(modelId, profile, profile)
        .map(published -> VoteRule.calibration(published).candidateBand())
        .orElse(CandidateBand.UNCALIBRATED);
  }
}
