package io.verillm.protocol.shard;

import io.verillm.events.ModelRegistered;
import io.verillm.events.RequestInput;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.draw.PositionDraw;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.InputSeal;
import io.verillm.protocol.vote.VoteRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What judging the cases of a request rests on: registry, parameters, and the answer's segments.
 */
final class CaseBasis {
  private final ShardState state;
  private final Secrets secrets;

  CaseBasis(ShardState state, Secrets secrets) {
    this.state = state;
    this.secrets = secrets;
  }

  ModelRegistered model(RequestState request) {
    return state.registry.models().get(Wire.hash(request.accepted().getModelId()));
  }

  /**
   * What the answer follows from; empty where nothing is told that opens the seal, or nothing
   * within the model's limits.
   */
  private Optional<RequestInput> told(RequestState request) {
    long room = (long) model(request).getPositionLimit() - request.accepted().getMaxTokens();
    return request
        .input
        .or(() -> InputSeal.open(request.accepted(), secrets.input(request.requestId).orElse(null)))
        .filter(input -> input.getPromptLength() >= 1 && input.getPromptLength() <= room);
  }

  /** What the answer follows from; there must be outputs. */
  RequestInput input(RequestState request) {
    return told(request).orElseThrow();
  }

  /**
   * The outputs of all segments that were finished, in order; empty where what is told of them, or
   * of the input, is not whole or not within the request's limits.
   */
  List<Secrets.Output> outputs(RequestState request) {
    if (!request.outputs.isEmpty()) {
      return request.outputs;
    }
    Optional<RequestInput> input = told(request);
    if (input.isEmpty()) {
      return List.of();
    }
    List<Secrets.Output> outputs = new ArrayList<>();
    int end = input.get().getPromptLength();
    int limit = end + request.accepted().getMaxTokens();
    for (CaseState finished : request.checkedIn(1)) {
      Optional<Secrets.Output> output = secrets.output(request.requestId, finished.segment);
      if (output.isEmpty() || output.get().size() < end || output.get().size() > limit) {
        return List.of();
      }
      outputs.add(output.get());
      end = output.get().size();
    }
    return outputs;
  }

  /** The ground of one case; there must be outputs. */
  CaseGround ground(RequestState request, CaseState found) {
    List<Integer> ends = outputs(request).stream().map(Secrets.Output::size).toList();
    return new CaseGround(
        request.accepted(),
        input(request),
        model(request),
        ends,
        request.cases.size(),
        found.segment);
  }

  /** Hash of a context that holds the first segments of the answer. */
  Hash contextHash(RequestState request, int segments) {
    List<Hash> hashes =
        outputs(request).subList(0, segments).stream().map(Secrets.Output::outputHash).toList();
    return Digests.contextHash(Wire.hash(input(request).getPromptHash()), hashes);
  }

  /** What a member's opened seal must hold as its output. */
  Hash outputHash(RequestState request, CaseState found, MemberState member) {
    List<Secrets.Output> outputs = outputs(request);
    return member.author
        ? outputs.get(found.segment).outputHash()
        : outputs.get(member.task.segment - 1).answerHash();
  }

  Judge judge(RequestState request, CaseState found) {
    CaseGround ground = ground(request, found);
    VoteRule rule =
        new VoteRule(
            ground, Optional.ofNullable(state.registry.calibrations().get(request.calibrationId)));
    return new Judge(
        found,
        ground,
        rule,
        () -> nonce(found.author().task),
        member -> outputHash(request, found, member));
  }

  /**
   * Positions that a challenge of the present round opens. Both parts of the second round also look
   * again at what the first left open: rows that only a lucky draw hits, or that lie where every
   * first draw goes, must not pass for a second draw.
   */
  List<OpenedPosition> positions(RequestState request, CaseState found, int part, Hash seed) {
    CaseGround ground = ground(request, found);
    int boundaries = ground.model().getBoundaries().size();
    if (request.round == 1) {
      return part == 1
          ? PositionDraw.first(seed, ground.span(), boundaries)
          : PositionDraw.second(seed, ground.span(), boundaries, found.openedPositions());
    }
    List<OpenedPosition> unopened =
        PositionDraw.secondRound(seed, ground.span(), boundaries, found.openedPositions());
    return Stream.concat(judge(request, found).comparison().leftOpen().stream(), unopened.stream())
        .sorted(Comparator.comparingInt(OpenedPosition::position))
        .toList();
  }

  /** Whether a challenge of the present round would open anything. */
  boolean leavesPositions(RequestState request, CaseState found, int part) {
    return request.round == 1 && part == 1
        || PositionDraw.leavesPartTwo(
            request.round, ground(request, found).span(), found.openedPositions());
  }

  /** Whether there is a position for a second round that nobody has opened. */
  boolean leavesUnopened(RequestState request, CaseState found) {
    return PositionDraw.leavesSecondRound(ground(request, found).span(), found.openedPositions());
  }

  byte[] nonce(TaskState task) {
    return secrets.nonce(task.taskId);
  }
}
