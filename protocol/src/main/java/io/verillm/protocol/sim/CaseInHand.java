package io.verillm.protocol.sim;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.Challenge;
import io.verillm.events.ModelRegistered;
import io.verillm.protocol.check.CaseOutcome;
import io.verillm.protocol.check.Decision;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.check.Vote;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.draw.PositionDraw;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.VoteRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One case as those see it who check it. */
final class CaseInHand {
  private static final ModelRegistered MODEL = SimulatedModel.registered();
  private static final CalibrationPublished CALIBRATION = SimulatedModel.calibration();

  private final RequestInHand request;
  private final int segment;
  private final List<Drawn> challenges = new ArrayList<>();
  private Optional<CaseGround> ground = Optional.empty();
  private Optional<VoteRule> rule = Optional.empty();

  /** Votes on the last challenge: who computed alike votes alike. */
  private final Map<Shown, Optional<Vote>> votes = new HashMap<>();

  /** All of a checker that its vote depends on. */
  private record Shown(View view, Hash outputHash) {}

  /** A challenge's place and positions. */
  private record Drawn(int round, int part, List<OpenedPosition> positions) {}

  CaseInHand(RequestInHand request, int segment) {
    this.request = request;
    this.segment = segment;
  }

  void challenged(Challenge challenge) {
    votes.clear();
    if (rule.isEmpty()) {
      ground = Optional.of(CaseGround.of(request.accepted, MODEL, challenge));
      rule = Optional.of(new VoteRule(ground.get(), Optional.of(CALIBRATION)));
    }
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

  TaskInHand author() {
    return request.author(segment);
  }

  /** The vote that the openings of the last challenge's round call for; empty where none is due. */
  Optional<Vote> vote(TaskInHand checker) {
    return votes.computeIfAbsent(
        new Shown(checker.view(segment), checker.outputHash(segment)), s -> call(checker));
  }

  private Optional<Vote> call(TaskInHand checker) {
    int round = challenges.getLast().round();
    List<Drawn> parts = challenges.stream().filter(c -> c.round() == round).toList();
    List<OpenedTask> own = parts.stream().map(c -> checker.shows(segment, c.positions())).toList();
    List<OpenedTask> claimed =
        parts.stream().map(c -> author().shows(segment, c.positions())).toList();
    List<OpenedPosition> second =
        parts.size() > 1 ? parts.getLast().positions() : List.<OpenedPosition>of();
    CaseOutcome outcome =
        rule.orElseThrow()
            .vote(
                parts.getFirst().positions(),
                second,
                new VoteRule.Side(author().expected(segment), claimed),
                new VoteRule.Side(checker.expected(segment), own));
    return outcome instanceof Vote vote
            && !(vote.decision() == Decision.UNSURE && second.isEmpty() && leavesPartTwo(round))
        ? Optional.of(vote)
        : Optional.empty();
  }

  /** Whether positions are left that an extension could open (protocol, section 9.4). */
  private boolean leavesPartTwo(int round) {
    Set<Integer> opened =
        challenges.stream()
            .flatMap(c -> c.positions().stream().map(OpenedPosition::position))
            .collect(Collectors.toSet());
    return PositionDraw.leavesPartTwo(round, ground.orElseThrow().span(), opened);
  }
}
