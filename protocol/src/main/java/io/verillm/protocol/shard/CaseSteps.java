package io.verillm.protocol.shard;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.Challenge;
import io.verillm.events.ChallengedPosition;
import io.verillm.events.LockStake;
import io.verillm.events.ModelRegistered;
import io.verillm.events.PrivateOpening;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.StakeLock;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.check.Decision;
import io.verillm.protocol.check.Vote;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.draw.Candidate;
import io.verillm.protocol.draw.CommitteeDraw;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.draw.Draws;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.draw.PositionDraw;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.privacy.PrivateOpenings;
import io.verillm.protocol.registry.RegisteredWorker;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.VoteRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What time does to a case: the state table of protocol section 10, one method for each state. */
final class CaseSteps {
  private static final int ATTEMPTS_MAX = 2;
  private static final int FINAL_ROUND = 2;
  private static final int FINAL_SEATS_MIN = 3;

  private final ShardState state;
  private final Secrets secrets;
  private final Consumer<Effect> effects;
  private final CaseEnd end;

  CaseSteps(ShardState state, Secrets secrets, Consumer<Effect> effects) {
    this.state = state;
    this.secrets = secrets;
    this.effects = effects;
    this.end = new CaseEnd(state, this, effects);
  }

  /** Moves every open case on. */
  void tick(ClosedEpoch epoch) {
    List.copyOf(state.open.values()).forEach(found -> step(found, epoch));
    state.granted.overdue(state.clock).forEach(id -> end.unaccepted(id, epoch));
    if (state.open.values().stream()
        .anyMatch(found -> found.since < 0 && found.begun == epoch.epoch())) {
      effects.accept(new Effect.Issued(epoch.epoch()));
    }
  }

  private void step(CaseState found, ClosedEpoch epoch) {
    if (found.unreadable) {
      return;
    }
    found.heard(state.clock);
    switch (found.phase) {
      case GENERATING -> generating(found, epoch);
      case CHECKING -> checking(found, epoch);
      case OPENING -> opening(found, epoch);
      case VOTING -> voting(found, epoch);
      case DECIDED -> {
        if (found.isOver(state.clock, found.parameters.getDisputeTicks())) {
          end.last(found, epoch, found.decision);
        }
      }
      case CLOSED -> throw new IllegalStateException(found.requestId + " is closed");
    }
  }

  private void generating(CaseState found, ClosedEpoch epoch) {
    if (found.tasks.isEmpty()) {
      // Only in an audit whose log does not yet open this case.
      return;
    }
    TaskState author = found.author();
    if (!author.ineligible
        && author.finalRoot != null
        && found.outputReady.contains(found.attempt)) {
      committee(found, epoch, 1);
      return;
    }
    int ticks =
        author.prefillRoot == null
            ? found.parameters.getPrefillTicks()
            : found.parameters.getSegmentTicks();
    if (!author.ineligible && !found.isOver(state.clock, ticks)) {
      return;
    }
    found.waitFrom(epoch.epoch());
    found.attempt++;
    if (found.attempt == ATTEMPTS_MAX || !assignAuthor(found)) {
      found.attempt--;
      end.last(found, epoch, new CaseDecision(VerdictOutcome.EXPIRED, "NO_OUTPUT"));
    }
  }

  private void checking(CaseState found, ClosedEpoch epoch) {
    boolean all = found.checkers(found.round).allMatch(TaskState::committed);
    if (all || found.isOver(state.clock, found.parameters.getPrefillTicks())) {
      challenge(found, epoch, 1);
    }
  }

  private void opening(CaseState found, ClosedEpoch epoch) {
    int current = found.currentChallenge();
    Set<Hash> due = Set.copyOf(found.challenges.get(current).roster());
    boolean all =
        found.tasks.stream()
            .filter(t -> due.contains(t.taskId))
            .allMatch(t -> t.fault || t.openings.containsKey(current));
    if (!all && !found.isOver(state.clock, found.parameters.getOpeningTicks())) {
      return;
    }
    Judge judge = judge(found);
    if (!found.author().openings.containsKey(current)) {
      end.unavailable(found, epoch, judge);
    } else if (found.tasks.stream().anyMatch(t -> !t.author) && !judge.inputIsBound(found.round)) {
      end.last(found, epoch, new CaseDecision(VerdictOutcome.INCONCLUSIVE, "COORDINATOR_INPUT"));
    } else if (found.challenges.get(current).part() == 1
        && !unsure(found, judge).isEmpty()
        && challenge(found, epoch, 2)) {
      found.waitFrom(epoch.epoch());
    } else {
      found.phase = Phase.VOTING;
      // Who opened needs nothing more of the coordinator.
      found.since = state.clock.ticks();
      voting(found, epoch);
    }
  }

  private void voting(CaseState found, ClosedEpoch epoch) {
    Judge judge = judge(found);
    boolean all =
        found
            .checkers(found.round)
            .filter(t -> t.committed() && !t.fault && judge.openedAll(t))
            .noneMatch(t -> t.vote.isEmpty());
    if (!all && !found.isOver(state.clock, found.parameters.getVoteTicks())) {
      return;
    }
    found.checkers(found.round).forEach(judge::judge);
    if (found.round == FINAL_ROUND) {
      end.secondRound(found, epoch, judge);
    } else if (end.firstRoundAccepts(found)) {
      end.provisional(found, epoch);
    } else {
      committee(found, epoch, FINAL_ROUND);
    }
  }

  /** The checkers of the round whose part-1 check is unsure. */
  private static List<TaskState> unsure(CaseState found, Judge judge) {
    return found
        .checkers(found.round)
        .filter(t ->
            judge
                .outcome(t)
                .filter(o -> o instanceof Vote v && v.decision() == Decision.UNSURE)
                .isPresent())
        .toList();
  }

  /** Gives the current attempt to an author; false where there is none to be had. */
  boolean assignAuthor(CaseState found) {
    List<String> candidates =
        workers(found)
            .map(RegisteredWorker::id)
            .filter(w -> found.tasks.stream().noneMatch(t -> t.worker.equals(w)))
            .toList();
    Optional<TaskState> task =
        secrets
            .author(found.requestId, found.segment, found.attempt, candidates)
            // Admission chose the first before its acceptance was sealed; it may have left since.
            .filter(
                found.attempt == 0 ? state.registry.workers()::containsKey : candidates::contains)
            .flatMap(
                w -> newTask(found, TaskPurpose.author(found.segment), w, true, 0, found.attempt));
    task.ifPresent(t -> {
      t.ineligible = !candidates.contains(t.worker);
      t.judgementReason = t.ineligible ? "NOT_ELIGIBLE" : "";
      assign(found, t);
    });
    return task.isPresent();
  }

  private void assign(CaseState found, TaskState task) {
    found.tasks.add(task);
    state.byTask.put(task.taskId, found);
    effects.accept(
        new Effect.Assign(
            found.requestId,
            found.segment,
            task.round,
            task.attempt,
            task.worker,
            task.taskId,
            task.author));
  }

  private Optional<TaskState> newTask(
      CaseState found, String purpose, String worker, boolean author, int round, int attempt) {
    byte[] alpha = Draws.task(UUID.fromString(found.requestId), purpose, worker, attempt);
    return draw(alpha)
        .map(d ->
            new TaskState(Draws.taskId(d.output()), d.proof(), worker, author, round, attempt));
  }

  private record Drawn(Hash output, byte[] proof) {}

  private Optional<Drawn> draw(byte[] alpha) {
    VrfPublicKey key = state.registry.coordinator().orElseThrow().vrfKey();
    Optional<VrfProof> proof = secrets.prove(alpha);
    return proof.flatMap(p -> key.verify(alpha, p).map(output -> new Drawn(output, p.bytes())));
  }

  private void committee(CaseState found, ClosedEpoch epoch, int round) {
    List<Candidate> eligible = eligible(found);
    int seats = found.accepted().getCheckers();
    if (round == FINAL_ROUND) {
      if (found.openedPositions().size() == ground(found).span().total()) {
        // Told before the draw: a committee that opens nothing would leave its proof unpublished.
        end.last(found, epoch, new CaseDecision(VerdictOutcome.INCONCLUSIVE, "NO_POSITIONS_LEFT"));
        return;
      }
      seats = Math.min(2 * seats + 1, eligible.size());
      seats -= seats % 2 == 0 ? 1 : 0;
      if (seats < FINAL_SEATS_MIN) {
        end.last(
            found, epoch, new CaseDecision(VerdictOutcome.INCONCLUSIVE, "NO_SECOND_COMMITTEE"));
        return;
      }
    }
    byte[] alpha = Draws.committee(UUID.fromString(found.requestId), round, epoch.randomness());
    Optional<Drawn> drawn = draw(alpha);
    if (drawn.isEmpty()) {
      return;
    }
    List<TaskState> members = new ArrayList<>();
    for (String worker : CommitteeDraw.draw(drawn.get().output(), eligible, seats)) {
      newTask(found, TaskPurpose.checker(round), worker, false, round, 0).ifPresent(members::add);
    }
    found.round = round;
    found.committees.add(new DrawnCommittee(epoch.epoch(), drawn.get().proof(), seats));
    found.phase = Phase.CHECKING;
    found.waitFrom(epoch.epoch());
    members.forEach(t -> assign(found, t));
  }

  /** Workers without a task of this request, not of an author's operator, with stake to lock. */
  private List<Candidate> eligible(CaseState found) {
    Set<String> busy = found.tasks.stream().map(t -> t.worker).collect(Collectors.toSet());
    Set<String> operators =
        found.tasks.stream()
            .filter(t -> t.author)
            .map(t -> state.registry.workers().get(t.worker).operator())
            .collect(Collectors.toSet());
    return workers(found)
        .filter(w -> !busy.contains(w.id()) && !operators.contains(w.operator()))
        .map(w -> new Candidate(w.id(), state.stakes.get(w.id())))
        .toList();
  }

  /** Who can be given a task of a case; in private mode they must be able to read. */
  private Stream<RegisteredWorker> workers(CaseState found) {
    Hash model = Wire.hash(found.accepted().getModelId());
    boolean isPrivate = PrivateOpenings.isPrivate(found.accepted());
    return state.staked(model, found.parameters.getLock()).stream()
        .filter(
            w -> !isPrivate || state.registry.encryptionKeys().containsKey(Signers.worker(w.id())));
  }

  /** What is in an envelope that was asked for, as far as it can be read here. */
  Secrets.PrivateReading open(CaseState found, PrivateOpening opening) {
    int challenge = found.challenge(opening.getRound(), opening.getPart()).orElseThrow();
    List<Hash> due = found.challenges.get(challenge).roster();
    List<String> workers =
        found.tasks.stream()
            .filter(t -> due.contains(t.taskId) && (t.author || t.round == opening.getRound()))
            .map(t -> t.worker)
            .toList();
    return secrets.open(
        opening, PrivateOpenings.readers(state.registry, found.accepted(), workers));
  }

  /** Draws and publishes one part of the round's challenge; false where nothing is left to open. */
  private boolean challenge(CaseState found, ClosedEpoch epoch, int part) {
    Optional<Secrets.Output> output = output(found);
    byte[] alpha =
        Draws.challenge(UUID.fromString(found.requestId), found.round, part, epoch.randomness());
    Optional<Drawn> drawn = output.isPresent() ? draw(alpha) : Optional.empty();
    if (drawn.isEmpty()) {
      return false;
    }
    List<OpenedPosition> positions =
        positions(found, part, Draws.caseSeed(drawn.get().output(), found.segment));
    if (positions.isEmpty()) {
      return false;
    }
    if (found.challenges.isEmpty()) {
      found.calibrationId = calibrationId(found);
    }
    List<TaskState> roster = roster(found, part);
    List<Hash> due = roster.stream().filter(t -> opens(found, t)).map(t -> t.taskId).toList();
    found.challenges.add(new DrawnChallenge(found.round, part, positions, due));
    found.phase = Phase.OPENING;
    found.waitFrom(epoch.epoch());
    publish(found, epoch, part, drawn.get().proof(), roster, positions, output.get());
    if (part == 1) {
      lock(found, roster);
    }
    return true;
  }

  private String calibrationId(CaseState found) {
    String profile = model(found).getProfile();
    return state
        .registry
        .calibration(Wire.hash(found.accepted().getModelId()), profile, profile)
        .map(CalibrationPublished::getCalibrationId)
        .orElse("");
  }

  private List<OpenedPosition> positions(CaseState found, int part, Hash seed) {
    int boundaries = model(found).getBoundaries().size();
    CaseGround ground = ground(found);
    if (found.round == FINAL_ROUND) {
      return PositionDraw.secondRound(seed, ground.span(), boundaries, found.openedPositions());
    }
    return part == 1
        ? PositionDraw.first(seed, ground.span(), boundaries)
        : PositionDraw.second(seed, ground.span(), boundaries, found.openedPositions());
  }

  /** Part 1 opens every task of the case so far; part 2 concerns the author and who is unsure. */
  private List<TaskState> roster(CaseState found, int part) {
    if (part == 1) {
      return found.tasks;
    }
    List<TaskState> roster = new ArrayList<>(List.of(found.author()));
    roster.addAll(unsure(found, judge(found)));
    return roster;
  }

  private void publish(
      CaseState found,
      ClosedEpoch epoch,
      int part,
      byte[] proof,
      List<TaskState> roster,
      List<OpenedPosition> positions,
      Secrets.Output output) {
    DrawnCommittee committee = found.committees.getLast();
    Challenge challenge =
        new Challenge(
            found.requestId,
            found.segment,
            found.round,
            part,
            epoch.epoch(),
            Wire.buffer(proof),
            committee.epoch(),
            Wire.buffer(committee.proof()),
            output.size(),
            found.calibrationId,
            roster.stream().map(t -> entry(found, t, output)).toList(),
            positions.stream()
                .map(p -> new ChallengedPosition(p.position(), p.boundary()))
                .toList());
    effects.accept(new Effect.Publish(Effect.Stream.CHALLENGES, found.requestId, challenge));
  }

  private RosterEntry entry(CaseState found, TaskState task, Secrets.Output output) {
    Hash promptHash = Wire.hash(found.accepted().getPromptHash());
    Hash context = task.author ? Digests.contextHash(promptHash, List.of()) : output.contextHash();
    return new RosterEntry(
        Wire.buffer(task.taskId),
        task.worker,
        task.author ? RosterRole.AUTHOR : RosterRole.CHECKER,
        task.round,
        task.attempt,
        Wire.buffer(task.proof),
        Wire.buffer(context),
        Wire.buffer(secrets.nonce(task.taskId)),
        opens(found, task));
  }

  /** A first author that was replaced has nothing to open, whatever it committed to. */
  private static boolean opens(CaseState found, TaskState task) {
    return task.committed() && (!task.author || task.attempt == found.attempt);
  }

  private void lock(CaseState found, List<TaskState> roster) {
    List<StakeLock> locks =
        roster.stream()
            .filter(t -> opens(found, t) && (t.author ? found.round == 1 : t.round == found.round))
            .map(t -> new StakeLock(Wire.buffer(t.taskId), t.worker, found.parameters.getLock()))
            .toList();
    String id = "lock/%s/%d/%d".formatted(found.requestId, found.segment, found.round);
    effects.accept(
        new Effect.Publish(
            Effect.Stream.LEDGER_COMMANDS,
            found.requestId,
            new LockStake(id, found.requestId, found.segment, locks)));
  }

  Judge judge(CaseState found) {
    VoteRule rule =
        new VoteRule(
            ground(found),
            Optional.ofNullable(state.registry.calibrations().get(found.calibrationId)));
    return new Judge(
        found,
        ground(found),
        rule,
        secrets.nonce(found.author().taskId),
        output(found).orElseThrow().contextHash());
  }

  CaseGround ground(CaseState found) {
    return new CaseGround(found.accepted(), model(found), output(found).orElseThrow().size());
  }

  Optional<Secrets.Output> output(CaseState found) {
    int shortest = found.accepted().getPromptLength();
    return secrets
        .output(found.requestId, found.segment)
        .filter(
            o -> o.size() >= shortest && o.size() - shortest <= found.accepted().getMaxTokens());
  }

  private ModelRegistered model(CaseState found) {
    return state.registry.models().get(Wire.hash(found.accepted().getModelId()));
  }
}
