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
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** {@code vote(calibration, author's opening, own opening)}: the one way to judge a case. */
public final class VoteRule {
  private final CaseGround ground;
  private final Supplier<Optional<Calibration>> calibration;

  /**
   * A rule for one case.
   *
   * @param published the calibration that the challenge names; empty where it names none
   */
  public VoteRule(CaseGround ground, Optional<CalibrationPublished> published) {
    this(ground, () -> published.map(VoteRule::calibration));
  }

  private VoteRule(CaseGround ground, Supplier<Optional<Calibration>> calibration) {
    this.ground = ground;
    this.calibration = calibration;
  }

  /** The same with limits that honest parties stay far below, if there is a calibration. */
  public Optional<VoteRule> closer() {
    return calibration.get().map(c -> new VoteRule(ground, () -> Optional.of(c.closer())));
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
        calibration.get(),
        merged(author.openings()),
        merged(checker.openings()));
  }

  /** Positions that both have opened and at which token or a row fails between the two. */
  public Stream<Integer> failing(OpenedTask one, OpenedTask other) {
    return compared(one, other, outcome -> outcome == TestOutcome.FAIL);
  }

  /** Positions that both have opened and at which a row fails, or nobody can be sure of it. */
  public Stream<Integer> unclear(OpenedTask one, OpenedTask other) {
    return compared(one, other, outcome -> outcome != TestOutcome.PASS);
  }

  private Stream<Integer> compared(
      OpenedTask one, OpenedTask other, Predicate<TestOutcome> wanted) {
    RowTest rows =
        calibration.get().<RowTest>map(c -> new CalibratedRows(c.rows())).orElseGet(PaperRows::new);
    return one.positions().stream()
        .filter(mine ->
            other
                .at(mine.position())
                .filter(theirs -> wanted.test(compare(rows, one, mine, other, theirs)))
                .isPresent())
        .map(PositionOpening::position);
  }

  /**
   * Whether the evidence of one that says of a token that it does not fit contradicts that of one
   * that says that it does.
   *
   * @param accepted whether the winners accept the text, and it is the loser that accuses
   * @param ended whether the author says that it ended with the end token
   */
  public boolean evidenceFails(
      OpenedTask accusing, OpenedTask denying, boolean accepted, boolean ended) {
    int prompt = ground.input().getPromptLength();
    int end = ground.span().end();
    EvidenceRule.Range range =
        new EvidenceRule.Range(
            ground.span().firstToken(prompt) - prompt,
            end - prompt,
            // A longer context has no logits for an end token at the segment's end.
            ended && accusing.size() == end && denying.size() == end);
    return calibration
        .get()
        .map(c ->
            new EvidenceRule(c.tokens(), c.clip(), c.band(), ground.input().getTemperature() == 0))
        .filter(rule -> rule.contradicts(accusing.evidence(), denying.evidence(), accepted, range))
        .isPresent();
  }

  private static TestOutcome compare(
      RowTest rows,
      OpenedTask one,
      PositionOpening mine,
      OpenedTask other,
      PositionOpening theirs) {
    if (mine.tokenId() != theirs.tokenId()) {
      return TestOutcome.FAIL;
    }
    TestOutcome worst = TestOutcome.PASS;
    for (int i = 0; i < Math.min(mine.rows().size(), theirs.rows().size()); i++) {
      int boundary = mine.rows().get(i).boundary();
      if (boundary == theirs.rows().get(i).boundary()) {
        Row x = mine.rows().get(i).row(one.profile().rowType());
        Row y = theirs.rows().get(i).row(other.profile().rowType());
        worst = worst.worse(rows.test(boundary, x, y).outcome());
      }
    }
    return worst;
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
