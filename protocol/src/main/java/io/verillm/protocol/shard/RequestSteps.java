package io.verillm.protocol.shard;

import io.verillm.events.FlagKind;
import io.verillm.events.PrivateOpening;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.check.UndecidedReason;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.privacy.PrivateOpenings;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What time does to a request: the steps of the {@link StateTable}, one method for each phase. */
final class RequestSteps {
  private static final int ATTEMPTS_MAX = 2;
  private static final int FINAL_ROUND = 2;

  private final ShardState state;
  private final Secrets secrets;
  private final CaseBasis basis;
  private final Assignments assignments;
  private final StakeLocks locks;
  private final Challenges challenges;
  private final RequestEnd end;
  private final Consumer<Effect> effects;

  RequestSteps(ShardState state, Secrets secrets, Consumer<Effect> effects) {
    VerifiedDraws draws = new VerifiedDraws(state, secrets);
    this.state = state;
    this.secrets = secrets;
    this.basis = new CaseBasis(state, secrets);
    this.assignments = new Assignments(state, secrets, draws, basis, effects);
    this.locks = new StakeLocks(effects);
    this.challenges = new Challenges(state, draws, basis, locks, effects);
    this.end = new RequestEnd(state, basis, locks, effects);
    this.effects = effects;
  }

  /** An accepted request, and the task of its first author. */
  void begin(RequestState request) {
    state.open.put(request.requestId, request);
    assignments.author(request);
  }

  /** A task's first commitment counts. */
  void committed(RequestState request, TaskState task) {
    locks.committed(request, task);
  }

  Disputes disputes(int shard) {
    return new Disputes(state, assignments, effects, shard);
  }

  ExposedTasks exposures(UnaryOperator<String> tasksTopic) {
    return new ExposedTasks(state, basis, tasksTopic);
  }

  Judge judge(RequestState request, CaseState found) {
    return basis.judge(request, found);
  }

  /** Moves every open request on. */
  void tick(ClosedEpoch epoch) {
    List.copyOf(state.open.values()).forEach(request -> step(request, epoch));
    state.granted.overdue(state.clock).forEach(id -> end.unaccepted(id, epoch));
    if (state.open.values().stream()
        .anyMatch(request -> request.since < 0 && request.begun == epoch.epoch())) {
      effects.accept(new Effect.Issued(epoch.epoch()));
    }
  }

  /** What is in an envelope that was asked for, as far as it can be read here. */
  Secrets.PrivateReading open(RequestState request, CaseState found, PrivateOpening opening) {
    int challenge = found.challenge(opening.getRound(), opening.getPart()).orElseThrow();
    List<Hash> due = found.challenges.get(challenge).roster();
    List<String> workers =
        found.members.stream()
            .filter(m -> due.contains(m.task.taskId))
            .filter(m -> m.author || m.round == opening.getRound())
            .map(m -> m.task.worker)
            .toList();
    return secrets.open(
        opening, PrivateOpenings.readers(state.registry, request.accepted(), workers));
  }

  private void step(RequestState request, ClosedEpoch epoch) {
    if (request.unreadable || request.stalled) {
      return;
    }
    request.heard(state.clock);
    StateTable.tick(this, request, epoch);
  }

  /** Closed: no tick comes. */
  void nothing(RequestState request, ClosedEpoch epoch) {
    throw new IllegalStateException(request.requestId + " is closed at epoch " + epoch.epoch());
  }

  /** Nothing that rests on a task which the coordinator changed is decided. */
  private static void overturn(RequestState request) {
    for (TaskState task : request.tasks) {
      for (CaseState found : task.exposed ? request.cases : List.<CaseState>of()) {
        Optional<MemberState> member = found.member(task.taskId);
        if (member.isPresent() && (found.decision == null || found.isProvisional())) {
          member.get().judgementReason = "EXPOSED";
          found.opening = false;
          found.decision = CaseDecision.undecided(UndecidedReason.COORDINATOR_INPUT);
        }
      }
    }
  }

  void generating(RequestState request, ClosedEpoch epoch) {
    Optional<TaskState> author = request.author(request.newest().segment);
    if (author.isEmpty()) {
      // Only in an audit whose log does not yet open this request.
      return;
    }
    Optional<Boolean> last =
        author.get().outputReady && author.get().finalRoot != null
            ? isLast(request)
            : Optional.empty();
    boolean ineligible = author.get().ineligible;
    if (!ineligible && last.isPresent()) {
      finished(request, epoch, last.get());
      return;
    }
    int ticks =
        author.get().prefillRoot == null
            ? request.parameters.getPrefillTicks()
            : request.parameters.getSegmentTicks();
    if (!ineligible && !request.isOver(state.clock, ticks)) {
      return;
    }
    request.waitFrom(epoch.epoch());
    if (author.get().attempt + 1 == ATTEMPTS_MAX || !assignments.author(request)) {
      expire(request, epoch);
    }
  }

  private Optional<Boolean> isLast(RequestState request) {
    int segment = request.newest().segment;
    return segment == request.accepted().getHandovers()
        ? Optional.of(true)
        : secrets.isLast(request.requestId, segment);
  }

  private void finished(RequestState request, ClosedEpoch epoch, boolean last) {
    if (last) {
      assignments.firstCommittee(request, epoch);
      return;
    }
    request.cases.add(new CaseState(request.newest().segment + 1));
    request.waitFrom(epoch.epoch());
    if (!assignments.author(request)) {
      expire(request, epoch);
    }
  }

  /** Nobody finishes the newest segment; those before it are checked all the same. */
  private void expire(RequestState request, ClosedEpoch epoch) {
    request.newest().decision = new CaseDecision(VerdictOutcome.EXPIRED, "NO_OUTPUT");
    if (request.undecided().findAny().isEmpty()) {
      end.last(request, epoch);
    } else {
      assignments.firstCommittee(request, epoch);
    }
  }

  void checking(RequestState request, ClosedEpoch epoch) {
    boolean all =
        request.tasks.stream()
            .filter(t -> !t.author && t.round == request.round)
            .allMatch(t -> t.prefillRoot != null);
    if (!all && !request.isOver(state.clock, request.parameters.getPrefillTicks())) {
      return;
    }
    if (basis.outputs(request).isEmpty()) {
      lost(request, epoch);
    } else {
      challenge(request, request.underCheck(), epoch, 1);
    }
  }

  /** The coordinator cannot say what the checkers were given: nobody can be judged. */
  private void lost(RequestState request, ClosedEpoch epoch) {
    request
        .underCheck()
        .forEach(c -> c.decision = CaseDecision.undecided(UndecidedReason.OUTPUT_LOST));
    end.decided(request, epoch);
  }

  private boolean challenge(
      RequestState request, List<CaseState> cases, ClosedEpoch epoch, int part) {
    boolean published = challenges.publish(request, cases, epoch, part);
    if (published) {
      request.phase = Phase.OPENING;
      request.waitFrom(epoch.epoch());
    }
    return published;
  }

  void opening(RequestState request, ClosedEpoch epoch) {
    overturn(request);
    List<CaseState> awaited = request.cases.stream().filter(c -> c.opening).toList();
    boolean all = awaited.stream().allMatch(CaseState::isOpened);
    if (!all && !request.isOver(state.clock, request.parameters.getOpeningTicks())) {
      return;
    }
    awaited.forEach(c -> CaseEnd.opened(c, basis.judge(request, c)));
    List<CaseState> unsure =
        awaited.stream()
            .filter(c -> c.decision == null && c.challenges.getLast().part() == 1)
            .filter(c -> !challenges.unsure(request, c).isEmpty())
            .toList();
    if (unsure.isEmpty() || !challenge(request, unsure, epoch, 2)) {
      request.phase = Phase.VOTING;
      // Who opened needs nothing more of the coordinator.
      request.since = state.clock.ticks();
      voting(request, epoch);
    }
  }

  void voting(RequestState request, ClosedEpoch epoch) {
    overturn(request);
    boolean all = request.underCheck().stream().allMatch(CaseState::hasVoted);
    if (!all && !request.isOver(state.clock, request.parameters.getVoteTicks())) {
      return;
    }
    for (CaseState found : request.underCheck()) {
      Judge judge = basis.judge(request, found);
      if (request.round == FINAL_ROUND) {
        CaseEnd.secondRound(found, judge, request.committees.getLast().seats());
      } else {
        CaseEnd.firstRound(found, judge, request.accepted().getCheckers());
      }
    }
    if (request.undecided().findAny().isPresent()) {
      assignments.secondCommittee(request, epoch);
    }
    if (request.undecided().findAny().isEmpty()) {
      end.decided(request, epoch);
    }
  }

  /** The window runs. Disputes with a bond go to round 2 together, when it is over. */
  void decided(RequestState request, ClosedEpoch epoch) {
    overturn(request);
    if (request.cases.stream().anyMatch(c -> c.bond != null && !c.bond.granted())) {
      // The ledger answers soon, and a bond must not be held for nothing.
      return;
    }
    boolean stands = request.cases.stream().anyMatch(CaseState::isProvisional);
    boolean over = !stands || request.isOver(state.clock, request.parameters.getDisputeTicks());
    if (over && !request.windowClosed) {
      request.windowClosed = true;
      request.cases.stream()
          .filter(c -> c.bond != null && c.isProvisional())
          .forEach(c -> c.decision = null);
    }
    if (request.windowClosed && request.undecided().findAny().isPresent()) {
      disputed(request, epoch);
    }
    if (request.windowClosed && request.undecided().findAny().isEmpty()) {
      end.last(request, epoch);
    }
  }

  /** The last verdicts are out: settled as soon as a flag is opened, or none was in its window. */
  void flagged(RequestState request, ClosedEpoch epoch) {
    if (request.flag != FlagKind.NONE
        || request.isOver(state.clock, request.parameters.getFlagTicks())) {
      end.settle(request, epoch);
    }
  }

  private void disputed(RequestState request, ClosedEpoch epoch) {
    List<CaseState> cases = request.undecided().toList();
    assignments.secondCommittee(request, epoch);
    // Workers may have left since: a dispute that nobody can look into changes nothing.
    cases.stream().filter(c -> c.decision != null).forEach(c -> c.decision = CaseEnd.ALL_ACCEPT);
  }
}
