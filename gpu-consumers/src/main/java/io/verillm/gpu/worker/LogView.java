package io.verillm.gpu.worker;

import io.verillm.events.Accepted;
import io.verillm.events.CalibrationPublished;
import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.ModelRegistered;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.registry.RegisteredWorker;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.SoundCommitment;
import io.verillm.protocol.vote.VoteRule;
import io.verillm.topics.SignerKeys;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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

  /** Tasks that this worker has committed to. */
  private final Recent<Hash, Boolean> committed = new Recent<>(COMMITMENTS_MAX);

  /** Open requests: each has paid for its place, and its last verdict takes it out. */
  private final Map<String, Accepted> accepted = new ConcurrentHashMap<>();

  /** Requests with a last verdict: topics are read in any order. */
  private final Recent<String, Boolean> closed = new Recent<>(CLOSED_MAX);

  private final Recent<Hash, ControlBox> controls = new Recent<>(CONTROLS_MAX);

  /** A view of a log whose registry begins as given: it may pin the coordinator's key. */
  LogView(String worker, RegistrySnapshot start) {
    this.worker = worker;
    this.registry = start;
  }

  synchronized RegistrySnapshot.Applied register(SignedRecord record) {
    RegistrySnapshot.Applied applied = registry.apply(record);
    registry = applied.snapshot();
    notifyAll();
    return applied;
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

  /** Forgets a request whose last verdict was read. */
  void close(String requestId) {
    closed.putFirst(requestId, Boolean.TRUE);
    accepted.remove(requestId);
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
