package io.verillm.gpu.worker;

import io.verillm.events.Accepted;
import io.verillm.events.CalibrationPublished;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.ModelRegistered;
import io.verillm.events.Opening;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.registry.RegisteredWorker;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.vote.OpeningCheck;
import io.verillm.protocol.vote.SoundCommitment;
import io.verillm.protocol.vote.VoteRule;
import io.verillm.topics.SignerKeys;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What one worker remembers of the public log and its controls. Written by the listener's thread,
 * read by all. Every record was verified, and events that name a worker were signed by it.
 */
final class LogView {
  private static final int COMMITMENTS_MAX = 1 << 16;
  private static final int OPENINGS_MAX = 512;
  private static final int REQUESTS_MAX = 1 << 14;
  private static final int CONTROLS_MAX = 1 << 12;

  private volatile RegistrySnapshot registry = RegistrySnapshot.empty();
  private final Recent<CommitmentPlace, Commitment> commitments = new Recent<>(COMMITMENTS_MAX);
  private final Recent<OpeningPlace, List<Opening>> openings = new Recent<>(OPENINGS_MAX);
  private final Recent<String, Accepted> accepted = new Recent<>(REQUESTS_MAX);
  private final Recent<Hash, ControlBox> controls = new Recent<>(CONTROLS_MAX);

  private record CommitmentPlace(int shard, Hash taskId, String worker, CommitmentStep step) {}

  private record OpeningPlace(Hash taskId, String worker, int round, int part, boolean sealed) {}

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
    accepted.putFirst(event.getRequestId(), event);
  }

  /**
   * Keeps the first commitment that can count; what comes before it takes nobody's place, and what
   * lies in another shard's partition counts there.
   */
  void add(int shard, Commitment event) {
    if (SoundCommitment.test(event, isPrefilled(shard, event))) {
      commitments.putFirst(
          new CommitmentPlace(
              shard, Wire.hash(event.getTaskId()), event.getWorker(), event.getStep()),
          event);
    }
  }

  private boolean isPrefilled(int shard, Commitment event) {
    return event.getTaskId().remaining() == Hash.LENGTH
        && commitment(
                shard, Wire.hash(event.getTaskId()), event.getWorker(), CommitmentStep.PREFILL)
            .isPresent();
  }

  /**
   * Keeps an opening that a challenge asked for; one that does not fit hides no later one.
   *
   * @param sealed whether it came in an envelope; what counts in one mode does not in the other
   */
  void add(Opening event, boolean sealed) {
    OpeningPlace place =
        new OpeningPlace(
            Wire.hash(event.getTaskId()),
            event.getWorker(),
            event.getRound(),
            event.getPart(),
            sealed);
    List<Opening> known = openings.computeIfAbsent(place, absent -> new CopyOnWriteArrayList<>());
    if (known.size() < OpeningCheck.TRIES_MAX && !known.contains(event)) {
      known.add(event);
    }
  }

  ControlBox controls(Hash taskId) {
    return controls.computeIfAbsent(taskId, task -> new ControlBox());
  }

  Optional<Accepted> accepted(String requestId) {
    return Optional.ofNullable(accepted.get(requestId));
  }

  Optional<Commitment> commitment(int shard, Hash taskId, String worker, CommitmentStep step) {
    return Optional.ofNullable(commitments.get(new CommitmentPlace(shard, taskId, worker, step)));
  }

  /** Openings of one part, in the order of the log, at most four. */
  List<Opening> openings(Hash taskId, String worker, int round, int part, boolean sealed) {
    List<Opening> known = openings.get(new OpeningPlace(taskId, worker, round, part, sealed));
    return known == null ? List.of() : List.copyOf(known);
  }

  Optional<ModelRegistered> model(Hash modelId) {
    return Optional.ofNullable(registry.models().get(modelId));
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
