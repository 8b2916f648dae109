package io.verillm.protocol.vote;

import io.verillm.events.CalibrationPublished;
import io.verillm.protocol.check.CalibratedRows;
import io.verillm.protocol.check.Calibration;
import io.verillm.protocol.check.CaseCheck;
import io.verillm.protocol.check.CaseOutcome;
import io.verillm.protocol.check.EvidenceRule;
import io.verillm.protocol.check.ExpectedOutput;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.check.PaperRows;
import io.verillm.protocol.check.RowTest;
import io.verillm.protocol.check.RowThresholds;
import io.verillm.protocol.check.TestOutcome;
import io.verillm.protocol.check.TokenThresholds;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.trace.PositionOpening;
import io.verillm.protocol.trace.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code vote(calibration, author's opening, own opening)}: the one way to judge a case. */
public final class VoteRule {
  private final CaseGround ground;
  private final Optional<CalibrationPublished> published;

  /**
   * A rule for one case.
   *
   * @param published the calibration that the challenge names; empty where it names none
   */
  public VoteRule(CaseGround ground, Optional<CalibrationPublished> published) {
    this.ground = ground;
    this.published = published;
  }

  /**
   * One side of a comparison.
   *
   * @param expected what its openings must say about its tokens
   * @param openings one for each part
   */
  public record Side(ExpectedOutput expected, List<OpenedTask> openings) {
    public Side {
      openings = List.copyOf(openings);
    }
  }

  /**
   * The vote that a checker must cast, over part 1 or, with {@code second}, over both parts. Every
   * opening must be one that {@link OpeningCheck} found to fit its part.
   */
  public CaseOutcome vote(
      List<OpenedPosition> first, List<OpenedPosition> second, Side author, Side checker) {
    return CaseCheck.voteOnValid(
        ground.terms(author.expected(), checker.expected(), first, second),
        calibration(),
        merged(author.openings()),
        merged(checker.openings()));
  }

  /** Whether any token or row that both have opened at the same place fails between the two. */
  public boolean rowsFail(OpenedTask one, OpenedTask other) {
    return failing(one, other).findAny().isPresent();
  }

  /** Positions that both have opened and at which token or a row fails between the two. */
  public Stream<Integer> failing(OpenedTask one, OpenedTask other) {
    RowTest test =
        calibration().<RowTest>map(c -> new CalibratedRows(c.rows())).orElseGet(PaperRows::new);
    return one.positions().stream()
        .filter(mine ->
            other
                .at(mine.position())
                .filter(theirs -> fails(test, one, mine, other, theirs))
                .isPresent())
        .map(PositionOpening::position);
  }

  /**
   * Whether a loser's evidence contradicts a winner's.
   *
   * @param rejected whether the loser voted REJECT
   * @param ended whether the author says that it ended with the end token
   */
  public boolean evidenceFails(
      OpenedTask loser, OpenedTask winner, boolean rejected, boolean ended) {
    int prompt = ground.input().getPromptLength();
    int end = ground.span().end();
    EvidenceRule.Range range =
        new EvidenceRule.Range(
            ground.span().firstToken(prompt) - prompt,
            end - prompt,
            // A longer context has no logits for an end token at the segment's end.
            ended && loser.size() == end && winner.size() == end);
    return calibration()
        .map(c ->
            new EvidenceRule(c.tokens(), c.clip(), c.band(), ground.input().getTemperature() == 0))
        .filter(rule -> rule.contradicts(loser.evidence(), winner.evidence(), rejected, range))
        .isPresent();
  }

  private static boolean fails(
      RowTest test,
      OpenedTask one,
      PositionOpening mine,
      OpenedTask other,
      PositionOpening theirs) {
    if (mine.tokenId() != theirs.tokenId()) {
      return true;
    }
    for (int i = 0; i < Math.min(mine.rows().size(), theirs.rows().size()); i++) {
      int boundary = mine.rows().get(i).boundary();
      if (boundary == theirs.rows().get(i).boundary()) {
        Row x = mine.rows().get(i).row(one.profile().rowType());
        Row y = theirs.rows().get(i).row(other.profile().rowType());
        if (test.test(boundary, x, y).outcome() == TestOutcome.FAIL) {
          return true;
        }
      }
    }
    return false;
  }

  /** Several openings of one seal as one. */
  public static OpenedTask merged(List<OpenedTask> openings) {
    OpenedTask first = openings.getFirst();
    List<PositionOpening> positions = new ArrayList<>();
    openings.forEach(o -> positions.addAll(o.positions()));
    return new OpenedTask(
        first.profile(),
        first.traceRoot(),
        first.size(),
        first.outputHash(),
        first.finishReason(),
        first.evidence(),
        positions);
  }

  private Optional<Calibration> calibration() {
    return published.map(VoteRule::calibration);
  }

  /** A published calibration as the tests take it. */
  public static Calibration calibration(CalibrationPublished c) {
    return new Calibration(
        c.getCalibrationId(),
        Wire.hash(c.getModelId()),
        c.getAuthorProfile(),
        c.getCheckerProfile(),
        c.getRows().stream().map(r -> new RowThresholds(r.getOk(), r.getBad())).toList(),
        new TokenThresholds(c.getMeanOk(), c.getMeanBad(), c.getMaxOk(), c.getMaxBad()),
        c.getBand(),
        c.getClip());
  }
}
