package io.verillm.protocol.shard;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.Challenge;
import io.verillm.events.ChallengedPosition;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.protocol.check.Decision;
import io.verillm.protocol.check.Vote;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Draws;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.shard.VerifiedDraws.Drawn;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.InputSeal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Draws and publishes challenges: one draw for each part of a round serves all cases. */
final class Challenges {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final ShardState state;
  private final VerifiedDraws draws;
  private final CaseBasis basis;
  private final StakeLocks locks;
  private final Consumer<Effect> effects;

  Challenges(
      ShardState state,
      VerifiedDraws draws,
      CaseBasis basis,
      StakeLocks locks,
      Consumer<Effect> effects) {
    this.locks = locks;
    this.state = state;
    this.draws = draws;
    this.basis = basis;
    this.effects = effects;
  }

  /**
   * Challenges these cases, as far as there are positions; false where there are none at all. There
   * must be outputs.
   */
  boolean publish(RequestState request, List<CaseState> cases, ClosedEpoch epoch, int part) {
    List<CaseState> left =
        cases.stream().filter(c -> basis.leavesPositions(request, c, part)).toList();
    if (left.isEmpty()) {
      return false;
    }
    byte[] alpha =
        Draws.challenge(VerifiedDraws.id(request), request.round, part, epoch.randomness());
    Optional<Drawn> drawn = draws.draw(alpha);
    if (drawn.isEmpty()) {
      request.stalled = true;
      return true;
    }
    if (request.round == 1 && part == 1) {
      request.outputs = basis.outputs(request);
      request.input = Optional.of(basis.input(request));
      request.calibrationId = calibrationId(request);
    }
    left.forEach(c -> publish(request, c, epoch, part, drawn.get()));
    return true;
  }

  private void publish(
      RequestState request, CaseState found, ClosedEpoch epoch, int part, Drawn drawn) {
    List<OpenedPosition> positions =
        basis.positions(request, found, part, Draws.caseSeed(drawn.output(), found.segment));
    List<MemberState> roster = part == 1 ? found.members : concerned(request, found);
    List<Hash> due = roster.stream().filter(m -> opens(found, m)).map(m -> m.task.taskId).toList();
    found.challenges.add(new DrawnChallenge(request.round, part, positions, due));
    found.opening = true;
    Challenge event = event(request, found, epoch, drawn.proof(), roster);
    effects.accept(new Effect.Publish(Effect.Stream.CHALLENGES, request.requestId, event));
    if (part == 1) {
      locks.challenged(request, found);
    }
  }

  private String calibrationId(RequestState request) {
    String profile = basis.model(request).getProfile();
    return state
        .registry
        .calibration(Wire.hash(request.accepted().getModelId()), profile, profile)
        .map(CalibrationPublished::getCalibrationId)
        .orElse("");
  }

  /** Part 1 opens every task of the case so far; part 2 concerns the author and who is unsure. */
  private List<MemberState> concerned(RequestState request, CaseState found) {
    return Stream.concat(Stream.of(found.author()), unsure(request, found).stream()).toList();
  }

  /** The checkers of the round whose part-1 check is unsure. */
  List<MemberState> unsure(RequestState request, CaseState found) {
    Judge judge = basis.judge(request, found);
    return found
        .checkers(found.round)
        .filter(m ->
            judge
                .outcome(m)
                .filter(o -> o instanceof Vote v && v.decision() == Decision.UNSURE)
                .isPresent())
        .toList();
  }

  private Challenge event(
      RequestState request,
      CaseState found,
      ClosedEpoch epoch,
      byte[] proof,
      List<MemberState> roster) {
    DrawnCommittee committee = request.committees.getLast();
    DrawnChallenge drawn = found.challenges.getLast();
    CaseGround ground = basis.ground(request, found);
    return new Challenge(
        request.requestId,
        found.segment,
        drawn.round(),
        drawn.part(),
        epoch.epoch(),
        Wire.buffer(proof),
        committee.epoch(),
        Wire.buffer(committee.proof()),
        ground.size(),
        request.calibrationId,
        roster.stream().map(m -> entry(request, found, m)).toList(),
        drawn.positions().stream()
            .map(p -> new ChallengedPosition(p.position(), p.boundary()))
            .toList(),
        ground.ends(),
        request.cases.size(),
        InputSeal.isSealed(request.accepted()) ? basis.input(request) : null);
  }

  private RosterEntry entry(RequestState request, CaseState found, MemberState member) {
    TaskState task = member.task;
    boolean opens = opens(found, member);
    return new RosterEntry(
        Wire.buffer(task.taskId),
        task.worker,
        member.author ? RosterRole.AUTHOR : RosterRole.CHECKER,
        member.round,
        task.attempt,
        Wire.buffer(task.proof),
        Wire.buffer(basis.contextHash(request, task.segment)),
        Wire.buffer(basis.nonce(task)),
        opens,
        task.author ? task.segment : -1,
        Wire.buffer(basis.outputHash(request, found, member)),
        opens ? Wire.buffer(member.sealedRoot()) : NOTHING,
        opens && member.author ? Wire.buffer(task.outputTag) : NOTHING);
  }

  /** A first author that was replaced has nothing to open, whatever it committed to. */
  static boolean opens(CaseState found, MemberState member) {
    return member.committed() && (!member.author || member == found.author());
  }
}
