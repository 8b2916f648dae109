package io.verillm.protocol.shard;

import io.verillm.events.Challenge;
import io.verillm.events.Opening;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.protocol.check.CaseOutcome;
import io.verillm.protocol.check.Decision;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.draw.PositionDraw;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.OpeningCheck;
import io.verillm.protocol.vote.VoteRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Votes as workers do: from the openings on the log, by the one rule. */
final class TestVoter {
  private final ShardBed bed;
  private final Map<String, Opening> openings = new HashMap<>();
  private final Map<String, Challenge> challenges = new HashMap<>();

  TestVoter(ShardBed bed) {
    this.bed = bed;
  }

  private static String place(Hash taskId, int segment, int round, int part) {
    return taskId + "/" + segment + "/" + round + "/" + part;
  }

  private static String place(Challenge c, int part) {
    return c.getRequestId() + "/" + c.getSegment() + "/" + c.getRound() + "/" + part;
  }

  Opening opened(Opening opening) {
    Hash taskId = Wire.hash(opening.getTaskId());
    openings.putIfAbsent(
        place(taskId, opening.getSegment(), opening.getRound(), opening.getPart()), opening);
    return opening;
  }

  void challenged(Challenge c) {
    challenges.put(place(c, c.getPart()), c);
  }

  /** The vote that is due now; empty where part 2 will come, or where the author opened nothing. */
  Optional<Vote> vote(TestTask checker, Challenge last) {
    List<List<OpenedPosition>> positions = new ArrayList<>();
    List<OpenedTask> author = new ArrayList<>();
    List<OpenedTask> own = new ArrayList<>();
    CaseGround ground = CaseGround.of(bed.accepted(checker.request), TestModel.registered(), last);
    for (int part = 1; part <= last.getPart(); part++) {
      Challenge challenge = challenges.get(place(last, part));
      positions.add(
          challenge.getPositions().stream()
              .map(p -> new OpenedPosition(p.getPosition(), p.getBoundary()))
              .toList());
      TestTask made = bed.tasks.get(Wire.hash(author(challenge).getTaskId()));
      fitting(made, challenge, ground, positions.getLast()).ifPresent(author::add);
      fitting(checker, challenge, ground, positions.getLast()).ifPresent(own::add);
    }
    if (author.size() < last.getPart() || own.size() < last.getPart()) {
      return Optional.empty();
    }
    VoteRule rule =
        new VoteRule(
            ground,
            Optional.ofNullable(bed.shard.registry().calibrations().get(last.getCalibrationId())));
    CaseOutcome outcome =
        rule.vote(
            positions.getFirst(),
            last.getPart() == 1 ? List.of() : positions.getLast(),
            new VoteRule.Side(ground.expected(author(last)), author),
            new VoteRule.Side(ground.expected(entry(last, checker)), own));
    return outcome instanceof io.verillm.protocol.check.Vote vote
            && !(vote.decision() == Decision.UNSURE
                && last.getPart() == 1
                && leavesPartTwo(last, ground))
        ? Optional.of(event(checker, last, vote))
        : Optional.empty();
  }

  private static RosterEntry author(Challenge challenge) {
    return challenge.getRoster().stream()
        .filter(e -> e.getRole() == RosterRole.AUTHOR && e.getCommitted())
        .findFirst()
        .orElseThrow();
  }

  private static RosterEntry entry(Challenge challenge, TestTask task) {
    return challenge.getRoster().stream()
        .filter(e -> e.getWorker().equals(task.assign.worker()))
        .findFirst()
        .orElseThrow();
  }

  private boolean leavesPartTwo(Challenge first, CaseGround ground) {
    Set<Integer> opened =
        challenges.values().stream()
            .filter(c -> c.getRequestId().equals(first.getRequestId()))
            .filter(c -> c.getSegment() == first.getSegment())
            .flatMap(c -> c.getPositions().stream().map(p -> p.getPosition()))
            .collect(Collectors.toSet());
    return PositionDraw.leavesPartTwo(first.getRound(), ground.span(), opened);
  }

  private Optional<OpenedTask> fitting(
      TestTask task, Challenge challenge, CaseGround ground, List<OpenedPosition> positions) {
    int segment = challenge.getSegment();
    Opening opening =
        openings.get(
            place(task.assign.taskId(), segment, challenge.getRound(), challenge.getPart()));
    int size = task.seal(segment).size();
    // The challenge says it: a vote needs nothing older than that.
    Hash sealedRoot = Wire.hash(entry(challenge, task).getSealedRoot());
    return opening != null
            && OpeningCheck.check(opening, sealedRoot, ground, size, positions)
                instanceof OpeningCheck.Result.Fits(OpenedTask fits)
        ? Optional.of(fits)
        : Optional.empty();
  }

  private static Vote event(
      TestTask checker, Challenge challenge, io.verillm.protocol.check.Vote vote) {
    return new Vote(
        challenge.getRequestId(),
        challenge.getSegment(),
        challenge.getRound(),
        Wire.buffer(checker.assign.taskId()),
        checker.assign.worker(),
        VoteDecision.valueOf(vote.decision().name()),
        VoteReason.valueOf(vote.reason().map(Enum::name).orElse("NONE")));
  }
}
