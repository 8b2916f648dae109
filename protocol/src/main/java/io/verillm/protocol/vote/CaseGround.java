package io.verillm.protocol.vote;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.ModelRegistered;
import io.verillm.events.RequestInput;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.protocol.check.CaseLimits;
import io.verillm.protocol.check.CaseTerms;
import io.verillm.protocol.check.ExpectedOutput;
import io.verillm.protocol.draw.CaseSpan;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.RowType;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * The public ground of a case: what was asked of which model, and where the answer's segments end.
 *
 * @param accepted the admitted request
 * @param input what its answer follows from
 * @param model its model
 * @param ends where each finished segment ends, in positions, as the challenge says
 * @param segments segments that were begun; nobody finished the last where it has no end
 * @param segment the segment under check
 */
public record CaseGround(
    Accepted accepted,
    RequestInput input,
    ModelRegistered model,
    List<Integer> ends,
    int segments,
    int segment) {

  /**
   * Copies the ends.
   *
   * @throws IllegalArgumentException if the segment is none of them, or they do not ascend from the
   *     prompt's end
   */
  public CaseGround {
    ends = List.copyOf(ends);
    int end = input.getPromptLength();
    for (int next : ends) {
      if (next < end) {
        throw new IllegalArgumentException("segments behind position " + end + " end at " + ends);
      }
      end = next;
    }
    if (segment < 0 || segment >= ends.size() || segments < ends.size()) {
      throw new IllegalArgumentException(
          "no segment %d of %d in %s".formatted(segment, segments, ends));
    }
  }

  /**
   * The ground that a challenge names.
   *
   * @throws IllegalArgumentException as the constructor, or if its input does not open the seal
   */
  public static CaseGround of(Accepted accepted, ModelRegistered model, Challenge challenge) {
    RequestInput input =
        InputSeal.open(accepted, challenge.getInput())
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "the input does not open the seal of " + accepted.getRequestId()));
    return new CaseGround(
        accepted,
        input,
        model,
        challenge.getEnds(),
        challenge.getSegments(),
        challenge.getSegment());
  }

  /** Positions of the author's trace: where the segment ends. */
  public int size() {
    return ends.get(segment);
  }

  /** Position of the segment's first token. */
  public int start() {
    return sizeOfContext(segment);
  }

  /** Positions of a context that holds the first segments of the answer. */
  public int sizeOfContext(int segments) {
    return segments == 0 ? input.getPromptLength() : ends.get(segments - 1);
  }

  /** Whether no other segment was begun behind this one. */
  public boolean isLast() {
    return segment == segments - 1;
  }

  /**
   * Where the segment lies. A segment without a token (EOS at once) is judged at the last position
   * before it, whose logits chose the end.
   */
  public CaseSpan span() {
    int start = Math.min(start(), size() - 1);
    return new CaseSpan(start, size(), segment == 0 ? size() : size() - start());
  }

  /** What the opening of somebody on the roster must say about its tokens. */
  public ExpectedOutput expected(RosterEntry entry) {
    int context = entry.getAuthored() < 0 ? ends.size() : entry.getAuthored();
    return new ExpectedOutput(
        entry.getRole() == RosterRole.AUTHOR ? size() : sizeOfContext(context),
        Wire.hash(entry.getOutputHash()));
  }

  /** A profile with the model's row type. */
  public NumericProfile profile(String id) {
    return new NumericProfile(id, RowType.valueOf(model.getRowType().toUpperCase(Locale.ROOT)));
  }

  /** The terms for one opening of these positions. */
  CaseTerms terms(List<OpenedPosition> challenged) {
    ExpectedOutput any = new ExpectedOutput(size(), Wire.hash(input.getPromptHash()));
    return terms(any, any, challenged, List.of());
  }

  /** The terms for a vote over these positions. */
  CaseTerms terms(
      ExpectedOutput author,
      ExpectedOutput checker,
      List<OpenedPosition> first,
      List<OpenedPosition> second) {
    int limit = input.getPromptLength() + accepted.getMaxTokens();
    return new CaseTerms(
        Wire.hash(accepted.getModelId()),
        model.getBoundaries().size(),
        model.getHiddenSize(),
        span(),
        new CaseLimits(
            input.getPromptLength(),
            accepted.getMaxTokens(),
            model.getPositionLimit(),
            OptionalInt.of(isLast() ? limit : size())),
        author,
        checker,
        first,
        second);
  }
}
