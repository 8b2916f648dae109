package io.verillm.protocol.sim;

import io.verillm.events.Accepted;
import io.verillm.events.CalibrationPublished;
import io.verillm.events.Challenge;
import io.verillm.events.ModelRegistered;
import io.verillm.protocol.check.CaseOutcome;
import io.verillm.protocol.check.Decision;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.check.Vote;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.VoteRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One open request as those see it who have tasks of it. */
final class RequestInHand {
  private static final ModelRegistered MODEL = SimulatedModel.registered();
  private static final CalibrationPublished CALIBRATION = SimulatedModel.calibration();

  final SimulatedRequest request;
  final Accepted accepted;
  final List<TaskInHand> tasks = new ArrayList<>();
  private final List<Drawn> challenges = new ArrayList<>();
  private @Nullable VoteRule rule;

  /** Votes on the last challenge: who computed alike votes alike. */
  private final Map<Shown, Optional<Vote>> votes = new HashMap<>();

  @Nullable TaskInHand author;
  @Nullable TaskInHand disputer;

  /** All of a checker that its vote depends on. */
  private record Shown(View view, Hash outputHash) {}

  /** A challenge's place and positions. */
  private record Drawn(int round, int part, List<OpenedPosition> positions) {}

  RequestInHand(SimulatedRequest request, Accepted accepted) {
    this.request = request;
    this.accepted = accepted;
  }

  /** The author whose answer is checked. */
  TaskInHand author() {
    return java.util.Objects.requireNonNull(author, "no author yet");
  }

  void challenged(Challenge challenge) {
    votes.clear();
    challenges.add(
        new Drawn(
            challenge.getRound(),
            challenge.getPart(),
            challenge.getPositions().stream()
                .map(p -> new OpenedPosition(p.getPosition(), p.getBoundary()))
                .toList()));
  }

  /** Positions of the last challenge. */
  List<OpenedPosition> positions() {
    return challenges.getLast().positions();
  }

  /** The vote that the openings of the last challenge's round call for; empty where none is due. */
  Optional<Vote> vote(TaskInHand checker) {
    return votes.computeIfAbsent(
        new Shown(checker.view(), checker.outputHash()), s -> call(checker));
  }

  private Optional<Vote> call(TaskInHand checker) {
    int round = challenges.getLast().round();
    List<Drawn> parts = challenges.stream().filter(c -> c.round() == round).toList();
    List<OpenedTask> own = parts.stream().map(c -> checker.shows(c.positions())).toList();
    List<OpenedTask> claimed = parts.stream().map(c -> author().shows(c.positions())).toList();
    List<OpenedPosition> second =
        parts.size() > 1 ? parts.getLast().positions() : List.<OpenedPosition>of();
    CaseOutcome outcome =
        rule()
            .vote(
                parts.getFirst().positions(),
                second,
                new VoteRule.Side(author().expected(), claimed),
                new VoteRule.Side(checker.expected(), own));
    return outcome instanceof Vote vote
            && !(vote.decision() == Decision.UNSURE && second.isEmpty() && leavesPartTwo(round))
        ? Optional.of(vote)
        : Optional.empty();
  }

  private VoteRule rule() {
    VoteRule known = rule;
    if (known == null) {
      CaseGround ground = new CaseGround(accepted, MODEL, List.of(author().view().size()), 1, 0);
      known = new VoteRule(ground, Optional.of(CALIBRATION));
      rule = known;
    }
    return known;
  }

  /** Whether positions are left that an extension could open (protocol, section 9.4). */
  private boolean leavesPartTwo(int round) {
    long opened = challenges.stream().mapToLong(c -> c.positions().size()).sum();
    int size = author().view().size();
    return opened < (round == 2 ? size : Math.max(1, size / 3));
  }
}
