package io.verillm.protocol.shard;

import io.verillm.events.Challenge;
import io.verillm.events.Opening;
import io.verillm.events.RosterRole;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.protocol.check.CaseOutcome;
import io.verillm.protocol.check.Decision;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.OpeningCheck;
import io.verillm.protocol.vote.VoteRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Votes as workers do: from the openings on the log, by the one rule. */
final class TestVoter {
  private final ShardBed bed;
  private final Map<String, Opening> openings = new HashMap<>();
  private final Map<String, Challenge> challenges = new HashMap<>();

  TestVoter(ShardBed bed) {
    this.bed = bed;
  }

  private static String place(Hash taskId, int round, int part) {
    return taskId + "/" + round + "/" + part;
  }

  Opening opened(Opening opening) {
    Hash taskId = Wire.hash(opening.getTaskId());
    openings.putIfAbsent(place(taskId, opening.getRound(), opening.getPart()), opening);
    return opening;
  }

  void challenged(Challenge c) {
    challenges.put(c.getRequestId() + "/" + c.getRound() + "/" + c.getPart(), c);
  }

  /** The vote that is due now; empty where part 2 will come, or where the author opened nothing. */
  Optional<Vote> vote(TestTask checker, Challenge last) {
    List<List<OpenedPosition>> positions = new ArrayList<>();
    List<OpenedTask> author = new ArrayList<>();
    List<OpenedTask> own = new ArrayList<>();
    CaseGround ground =
        new CaseGround(checker.request.accepted(), TestModel.registered(), last.getSize());
    for (int part = 1; part <= last.getPart(); part++) {
      Challenge challenge =
          challenges.get(last.getRequestId() + "/" + last.getRound() + "/" + part);
      positions.add(
          challenge.getPositions().stream()
              .map(p -> new OpenedPosition(p.getPosition(), p.getBoundary()))
              .toList());
      Hash authorId =
          challenge.getRoster().stream()
              .filter(e -> e.getRole() == RosterRole.AUTHOR && e.getCommitted())
              .map(e -> Wire.hash(e.getTaskId()))
              .findFirst()
              .orElseThrow();
      fitting(bed.tasks.get(authorId), challenge, ground, positions.getLast())
          .ifPresent(author::add);
      fitting(checker, challenge, ground, positions.getLast()).ifPresent(own::add);
    }
    if (author.size() < last.getPart() || own.size() < last.getPart()) {
      return Optional.empty();
    }
    VoteRule rule =
        new VoteRule(ground, (a, b) -> bed.shard.registry().calibration(TestModel.ID, a, b));
    CaseOutcome outcome =
        rule.vote(
            positions.getFirst(),
            last.getPart() == 1 ? List.of() : positions.getLast(),
            author,
            own);
    return outcome instanceof io.verillm.protocol.check.Vote vote
            && !(vote.decision() == Decision.UNSURE && last.getPart() == 1 && leavesPartTwo(last))
        ? Optional.of(event(checker, last, vote))
        : Optional.empty();
  }

  private boolean leavesPartTwo(Challenge first) {
    long opened =
        challenges.values().stream()
            .filter(c -> c.getRequestId().equals(first.getRequestId()))
            .mapToLong(c -> c.getPositions().size())
            .sum();
    return opened < (first.getRound() == 2 ? first.getSize() : Math.max(1, first.getSize() / 3));
  }

  private Optional<OpenedTask> fitting(
      TestTask task, Challenge challenge, CaseGround ground, List<OpenedPosition> positions) {
    Opening opening =
        openings.get(place(task.assign.taskId(), challenge.getRound(), challenge.getPart()));
    return opening != null
            && OpeningCheck.check(opening, task.seal().sealedRoot(), ground, positions)
                instanceof OpeningCheck.Result.Fits(OpenedTask fits)
        ? Optional.of(fits)
        : Optional.empty();
  }

  private static Vote event(
      TestTask checker, Challenge challenge, io.verillm.protocol.check.Vote vote) {
    return new Vote(
        challenge.getRequestId(),
        0,
        challenge.getRound(),
        Wire.buffer(checker.assign.taskId()),
        checker.assign.worker(),
        VoteDecision.valueOf(vote.decision().name()),
        VoteReason.valueOf(vote.reason().map(Enum::name).orElse("NONE")));
  }
}
