package io.verillm.gpu.worker;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.Challenge;
import io.verillm.events.RosterEntry;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.gpu.store.StoredStep;
import io.verillm.protocol.check.CaseOutcome;
import io.verillm.protocol.check.Decision;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.draw.PositionDraw;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.privacy.PrivateOpenings;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.ChallengeDraw;
import io.verillm.protocol.vote.OpeningCheck;
import io.verillm.protocol.vote.VoteRule;
import io.verillm.protocol.vote.VoteRule.Side;
import java.util.List;
import java.util.Optional;

/**
 * One vote that this worker owes. Only one vote counts, so a check that part 1 leaves unsure waits
 * for part 2 where there are positions left to draw.
 */
final class Ballot {

  private final CaseView view;
  private final int round;
  private final StoredStep own;
  private final int shard;
  private final LogView log;

  Ballot(CaseView view, int round, StoredStep own, int shard, LogView log) {
    this.view = view;
    this.round = round;
    this.own = own;
    this.shard = shard;
    this.log = log;
  }

  int round() {
    return round;
  }

  int shard() {
    return shard;
  }

  Hash taskId() {
    return own.step().seal().taskId();
  }

  /** The vote, once everything that it rests on has been read. */
  Optional<Vote> vote() {
    Optional<Challenge> first = view.part(round, 1);
    Optional<CaseGround> ground = first.flatMap(log::ground);
    if (ground.isEmpty() || first.isEmpty()) {
      return Optional.empty();
    }
    Optional<Challenge> second = view.part(round, 2);
    Optional<Pair> one = pair(ground.get(), first.get());
    Optional<Pair> two = second.flatMap(part -> pair(ground.get(), part));
    String named = first.get().getCalibrationId();
    Optional<CalibrationPublished> calibration = log.calibration(named);
    if (one.isEmpty() || calibration.isEmpty() != named.isEmpty()) {
      return Optional.empty();
    }
    VoteRule rule = new VoteRule(ground.get(), calibration);
    CaseOutcome outcome =
        judge(
            rule,
            ground.get(),
            first.get(),
            two.isEmpty() ? List.of(one.get()) : List.of(one.get(), two.get()));
    boolean partTwoComes = PositionDraw.leavesPartTwo(round, ground.get().span(), view.opened());
    return outcome instanceof io.verillm.protocol.check.Vote vote
            && !(vote.decision() == Decision.UNSURE && two.isEmpty() && partTwoComes)
        ? Optional.of(event(first.get(), vote))
        : Optional.empty();
  }

  private record Pair(List<OpenedPosition> positions, OpenedTask author, OpenedTask checker) {}

  /** Both openings of one part, if the author's is there and fits its seal. */
  private Optional<Pair> pair(CaseGround ground, Challenge part) {
    List<OpenedPosition> positions = ChallengeDraw.asked(part);
    int size = own.step().seal().size();
    Optional<OpenedTask> author =
        view.author(round).flatMap(entry -> authorOpening(ground, part, entry, positions));
    Optional<OpenedTask> checker =
        fitting(
            OpeningCheck.check(
                own.step().opening(part), own.step().seal().sealedRoot(), ground, size, positions));
    return author.isPresent() && checker.isPresent()
        ? Optional.of(new Pair(positions, author.get(), checker.get()))
        : Optional.empty();
  }

  private Optional<OpenedTask> authorOpening(
      CaseGround ground, Challenge part, RosterEntry author, List<OpenedPosition> positions) {
    boolean sealed = PrivateOpenings.isPrivate(ground.accepted());
    return view.openings(part.getRound(), part.getPart(), sealed).stream()
        .map(opening ->
            OpeningCheck.check(
                opening, Wire.hash(author.getSealedRoot()), ground, ground.size(), positions))
        .flatMap(result -> fitting(result).stream())
        .filter(task ->
            tag(task, Wire.bytes(author.getNonce())).equals(Wire.hash(author.getOutputTag())))
        .findFirst();
  }

  private static Hash tag(OpenedTask task, byte[] nonce) {
    return Digests.outputTag(task.outputHash(), task.finishReason(), nonce);
  }

  private static Optional<OpenedTask> fitting(OpeningCheck.Result result) {
    return result instanceof OpeningCheck.Result.Fits(OpenedTask task)
        ? Optional.of(task)
        : Optional.empty();
  }

  private CaseOutcome judge(
      VoteRule rule, CaseGround ground, Challenge challenge, List<Pair> parts) {
    RosterEntry author = view.author(round).orElseThrow();
    RosterEntry checker =
        challenge.getRoster().stream()
            .filter(entry -> Wire.hash(entry.getTaskId()).equals(taskId()))
            .findFirst()
            .orElseThrow();
    return rule.vote(
        parts.getFirst().positions(),
        parts.size() > 1 ? parts.getLast().positions() : List.of(),
        new Side(ground.expected(author), parts.stream().map(Pair::author).toList()),
        new Side(ground.expected(checker), parts.stream().map(Pair::checker).toList()));
  }

  private Vote event(Challenge challenge, io.verillm.protocol.check.Vote vote) {
    return new Vote(
        challenge.getRequestId(),
        challenge.getSegment(),
        round,
        Wire.buffer(taskId()),
        own.step().seal().worker(),
        VoteDecision.valueOf(vote.decision().name()),
        vote.reason().map(reason -> VoteReason.valueOf(reason.name())).orElse(VoteReason.NONE));
  }
}
