package io.verillm.protocol.shard;

import io.verillm.protocol.check.UndecidedReason;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Candidate;
import io.verillm.protocol.draw.CommitteeDraw;
import io.verillm.protocol.draw.Draws;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.privacy.PrivateOpenings;
import io.verillm.protocol.shard.VerifiedDraws.Drawn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Gives tasks: to authors as the coordinator chooses, to committees as the draw says. */
final class Assignments {
  private static final int FINAL_SEATS_MIN = 3;

  private final ShardState state;
  private final Secrets secrets;
  private final VerifiedDraws draws;
  private final CaseBasis basis;
  private final Consumer<Effect> effects;

  Assignments(
      ShardState state,
      Secrets secrets,
      VerifiedDraws draws,
      CaseBasis basis,
      Consumer<Effect> effects) {
    this.state = state;
    this.secrets = secrets;
    this.draws = draws;
    this.basis = basis;
    this.effects = effects;
  }

  /** Gives the next attempt at the newest segment to an author; false where there is none. */
  boolean author(RequestState request) {
    int segment = request.newest().segment;
    int attempt = (int) request.authors(segment).count();
    Set<String> busy = busy(request);
    List<String> candidates =
        staked(request).map(ShardState.Staked::id).filter(w -> !busy.contains(w)).toList();
    Optional<TaskState> task =
        secrets
            .author(request.requestId, segment, attempt, candidates)
            // Admission chose the first before its acceptance was sealed; it may have left since.
            .filter(
                segment + attempt == 0
                    ? state.registry.workers()::containsKey
                    : candidates::contains)
            .flatMap(w -> draws.author(request, segment, w, attempt));
    task.ifPresent(t -> {
      MemberState member = MemberState.author(t);
      t.ineligible = !candidates.contains(t.worker);
      member.judgementReason = t.ineligible ? "NOT_ELIGIBLE" : "";
      request.newest().members.add(member);
      assign(request, t);
    });
    return task.isPresent();
  }

  /** Who can be given a task of a request; in private mode they must be able to read. */
  private Stream<ShardState.Staked> staked(RequestState request) {
    Hash model = Wire.hash(request.accepted().getModelId());
    Stream<ShardState.Staked> staked = state.staked(model, request.parameters.getLock()).stream();
    return PrivateOpenings.isPrivate(request.accepted())
        ? staked.filter(w -> state.registry.encryptionKeys().containsKey(Signers.worker(w.id())))
        : staked;
  }

  private static Set<String> busy(RequestState request) {
    return request.tasks.stream().map(t -> t.worker).collect(Collectors.toSet());
  }

  private void assign(RequestState request, TaskState task) {
    request.tasks.add(task);
    state.byTask.put(task.taskId, request);
    effects.accept(
        new Effect.Assign(
            request.requestId,
            task.segment,
            task.round,
            task.attempt,
            task.worker,
            task.taskId,
            task.author));
  }

  /**
   * Draws the first committee, which checks every segment that was finished. Authors of later
   * segments check the earlier ones.
   */
  void firstCommittee(RequestState request, ClosedEpoch epoch) {
    List<CaseState> cases = request.undecided().toList();
    Optional<List<TaskState>> members =
        draw(request, epoch, 1, eligible(request), request.accepted().getCheckers(), cases.size());
    members.ifPresent(committee -> {
      for (CaseState found : cases) {
        found.round = 1;
        cases.stream()
            .filter(later -> later.segment > found.segment)
            .flatMap(later -> request.author(later.segment).stream())
            .forEach(t -> found.members.add(MemberState.checker(t)));
      }
      seat(request, epoch, 1, committee);
    });
  }

  /**
   * Draws the second committee for the cases that are undecided; decides those that it could not
   * check.
   */
  void secondCommittee(RequestState request, ClosedEpoch epoch) {
    // Told before the draw: a committee that opens nothing would leave its proof unpublished.
    request
        .undecided()
        .filter(c -> !basis.leavesUnopened(request, c))
        .forEach(c -> c.decision = CaseDecision.undecided(UndecidedReason.NO_POSITIONS_LEFT));
    List<Candidate> eligible = eligible(request);
    int seats = Math.min(2 * request.accepted().getCheckers() + 1, eligible.size());
    seats -= seats % 2 == 0 ? 1 : 0;
    if (seats < FINAL_SEATS_MIN) {
      request
          .undecided()
          .forEach(c -> c.decision = CaseDecision.undecided(UndecidedReason.NO_SECOND_COMMITTEE));
    }
    List<CaseState> cases = request.undecided().toList();
    if (!cases.isEmpty()) {
      draw(request, epoch, 2, eligible, seats, basis.outputs(request).size())
          .ifPresent(committee -> {
            cases.forEach(c -> c.round = 2);
            seat(request, epoch, 2, committee);
          });
    }
  }

  /** Whether a second committee could be drawn now and would have something to open. */
  boolean canCheckAgain(RequestState request, CaseState found) {
    return basis.leavesUnopened(request, found) && eligible(request).size() >= FINAL_SEATS_MIN;
  }

  private Optional<List<TaskState>> draw(
      RequestState request,
      ClosedEpoch epoch,
      int round,
      List<Candidate> eligible,
      int seats,
      int segments) {
    byte[] alpha = Draws.committee(VerifiedDraws.id(request), round, epoch.randomness());
    Optional<Drawn> drawn = draws.draw(alpha);
    if (drawn.isEmpty()) {
      request.stalled = true;
      return Optional.empty();
    }
    List<TaskState> members = new ArrayList<>();
    for (String worker : CommitteeDraw.draw(drawn.get().output(), eligible, seats)) {
      draws.checker(request, segments, worker, round).ifPresent(members::add);
    }
    request.committees.add(new DrawnCommittee(epoch.epoch(), drawn.get().proof(), seats));
    return Optional.of(members);
  }

  private void seat(RequestState request, ClosedEpoch epoch, int round, List<TaskState> committee) {
    request.round = round;
    request.phase = Phase.CHECKING;
    request.waitFrom(epoch.epoch());
    for (TaskState task : committee) {
      request.underCheck().forEach(c -> c.members.add(MemberState.checker(task)));
      assign(request, task);
    }
  }

  /** Workers without a task of this request, not of an author's operator, with stake to lock. */
  private List<Candidate> eligible(RequestState request) {
    Set<String> busy = busy(request);
    Set<String> operators =
        request.tasks.stream()
            .filter(t -> t.author)
            .map(t -> state.registry.workers().get(t.worker).operator())
            .collect(Collectors.toSet());
    return staked(request)
        .filter(w -> !busy.contains(w.id()) && !operators.contains(w.worker().operator()))
        .map(w -> new Candidate(w.id(), w.stake().units))
        .toList();
  }
}
