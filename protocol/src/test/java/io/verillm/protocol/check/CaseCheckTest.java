package io.verillm.protocol.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.draw.CaseSpan;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.RankClass;
import io.verillm.protocol.sampling.TokenEvidence;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.OpeningOutcome;
import io.verillm.protocol.trace.RowType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CaseCheckTest {

  private static final int UNSURE_NOISE = 10;
  private static final int FAILING_NOISE = 65;

  private final CaseFixture fixture = new CaseFixture();

  private void assertRejected(RejectReason reason) {
    Vote vote = fixture.vote();
    assertThat(vote.decision()).isEqualTo(Decision.REJECT);
    assertThat(vote.reason()).contains(reason);
  }

  @Test
  void shouldAcceptHonestWorkAndSayWhatItRestsOn() {
    fixture.rowNoise = 4;
    Vote vote = fixture.vote();
    assertThat(vote.decision()).isEqualTo(Decision.ACCEPT);
    assertThat(vote.reason()).isEmpty();
    CaseReport report = vote.report();
    assertThat(report.policy()).isEqualTo(Policy.CALIBRATED);
    assertThat(report.calibrationId()).contains("test-1");
    assertThat(report.ran()).containsExactly(CaseTest.values());
    assertThat(report.notChecked()).isEmpty();
    assertThat(report.positionsOpened()).isEqualTo(16);
    assertThat(report.positionsNotOpened()).isEqualTo(44);
    assertThat(report.rows())
        .hasSize(32)
        .allSatisfy(row -> assertThat(row.score()).isEqualTo(new RowScore(4, TestOutcome.PASS)));
    assertThat(report.tokens()).contains(new TokenStatistics(56, 0, 0, 0, 0));
    assertThat(report.end()).contains(CaseFixture.OWN);
  }

  @Test
  void shouldRejectRowsOfAnotherModel() {
    fixture.rowNoise = FAILING_NOISE;
    assertRejected(RejectReason.MODEL);
  }

  @Test
  void shouldRejectOneBadPositionAmongGoodOnes() {
    fixture.rowNoise = FAILING_NOISE;
    fixture.noisyFrom = CaseFixture.SIZE - 1;
    assertRejected(RejectReason.MODEL);
    assertThat(fixture.vote().report().rows())
        .filteredOn(row -> row.score().outcome() == TestOutcome.FAIL)
        .extracting(RowResult::position)
        .containsOnly(CaseFixture.SIZE - 1);
  }

  @Test
  void shouldBeUnsureBetweenTheThresholds() {
    fixture.rowNoise = UNSURE_NOISE;
    assertThat(fixture.vote().decision()).isEqualTo(Decision.UNSURE);
  }

  @Test
  void shouldLetPartTwoDecideWhetherRowsAreStillUnsure() {
    fixture.rowNoise = UNSURE_NOISE;
    fixture.secondPart = CaseFixture.draw(2, fixture.firstPart);
    assertThat(fixture.secondPart).isNotEmpty();
    assertThat(fixture.vote().decision()).isEqualTo(Decision.UNSURE);

    fixture.noisyFrom = CaseFixture.SIZE - 1;
    assertThat(fixture.vote().decision()).isEqualTo(Decision.ACCEPT);
    assertThat(fixture.vote().report().positionsOpened()).isEqualTo(16 + fixture.secondPart.size());

    fixture.rowNoise = FAILING_NOISE;
    assertRejected(RejectReason.MODEL);
  }

  @Test
  void shouldRejectFailuresInPartTwo() {
    int last = fixture.firstPart.getLast().position();
    List<OpenedPosition> early = List.of(fixture.firstPart.getFirst());
    fixture.firstPart = early;
    fixture.secondPart = List.of(new OpenedPosition(last, 0));
    fixture.rowNoise = FAILING_NOISE;
    fixture.noisyFrom = last;
    assertRejected(RejectReason.MODEL);
  }

  @Test
  void shouldRejectTokensThatTheSamplerWouldNotChoose() {
    fixture.token = new TokenEvidence(RankClass.NOT_ALLOWED, 0);
    assertRejected(RejectReason.SAMPLING);
    fixture.token = new TokenEvidence(RankClass.SURELY_ALLOWED, 20_001);
    assertRejected(RejectReason.SAMPLING);
    fixture.token = new TokenEvidence(RankClass.SURELY_ALLOWED, 5_001);
    assertThat(fixture.vote().decision()).isEqualTo(Decision.UNSURE);
    fixture.token = new TokenEvidence(RankClass.POSSIBLY_ALLOWED, 100);
    assertThat(fixture.vote().decision()).isEqualTo(Decision.ACCEPT);
  }

  @Test
  void shouldRejectOtherTokenIdsSizesAndOutputs() {
    fixture.tokenOffset = 1;
    assertRejected(RejectReason.INPUT);
    assertThat(fixture.vote().report().notChecked())
        .containsExactly(CaseTest.ROWS, CaseTest.TOKENS, CaseTest.END_LIMITS, CaseTest.END_TOKEN);
    assertThat(fixture.vote().report().positionsNotOpened()).isEqualTo(CaseFixture.SIZE);

    fixture.tokenOffset = 0;
    OpenedTask author = fixture.author();
    OpenedTask otherOutput =
        new OpenedTask(
            author.profile(),
            author.traceRoot(),
            author.size(),
            HashInput.of("another output").hash(),
            author.finishReason(),
            author.evidence(),
            author.positions());
    Vote vote =
        (Vote)
            CaseCheck.vote(
                fixture.terms(), fixture.calibration, Optional.of(otherOutput), fixture.checker());
    assertThat(vote.reason()).contains(RejectReason.INPUT);
  }

  @Test
  void shouldRejectAnUnfairEnd() {
    fixture.end = new TokenEvidence(RankClass.NOT_ALLOWED, 0);
    assertRejected(RejectReason.END);
    fixture.end = new TokenEvidence(RankClass.SURELY_ALLOWED, 20_001);
    assertRejected(RejectReason.END);
    fixture.end = new TokenEvidence(RankClass.SURELY_ALLOWED, 5_001);
    assertThat(fixture.vote().decision()).isEqualTo(Decision.UNSURE);
  }

  @Test
  void shouldJudgeTheEndTokenOnlyIfItEndedWithIt() {
    fixture.end = new TokenEvidence(RankClass.NOT_ALLOWED, 0);
    fixture.finishReason = FinishReason.STOP;
    fixture.stopAt = OptionalInt.of(CaseFixture.SIZE);
    Vote vote = fixture.vote();
    assertThat(vote.decision()).isEqualTo(Decision.ACCEPT);
    assertThat(vote.report().notChecked()).containsExactly(CaseTest.END_TOKEN);
  }

  @Test
  void shouldRejectEndsThatLimitsDoNotExplain() {
    fixture.finishReason = FinishReason.LENGTH;
    assertRejected(RejectReason.END);
    fixture.maxTokens = CaseFixture.SIZE - CaseFixture.PROMPT;
    assertThat(fixture.vote().decision()).isEqualTo(Decision.ACCEPT);
    fixture.finishReason = FinishReason.STOP;
    assertRejected(RejectReason.END);
    fixture.stopAt = OptionalInt.of(CaseFixture.SIZE - 1);
    assertRejected(RejectReason.END);
    fixture.finishReason = FinishReason.NONE;
    assertRejected(RejectReason.END);
    fixture.finishReason = FinishReason.EOS;
    fixture.maxTokens = CaseFixture.SIZE - CaseFixture.PROMPT - 1;
    assertRejected(RejectReason.END);
  }

  @Test
  void shouldTakeTheFirstReasonInItsOrder() {
    fixture.end = new TokenEvidence(RankClass.NOT_ALLOWED, 0);
    fixture.token = new TokenEvidence(RankClass.NOT_ALLOWED, 0);
    assertRejected(RejectReason.SAMPLING);
    fixture.rowNoise = FAILING_NOISE;
    assertRejected(RejectReason.MODEL);
    fixture.tokenOffset = 1;
    assertRejected(RejectReason.INPUT);
  }

  @Test
  void shouldPreferAFailureToAnUnsureTest() {
    fixture.rowNoise = UNSURE_NOISE;
    fixture.token = new TokenEvidence(RankClass.NOT_ALLOWED, 0);
    assertRejected(RejectReason.SAMPLING);
  }

  @Test
  void shouldRejectAnAuthorWhoOpensNothingOrWhatDoesNotFit() {
    Vote missing =
        (Vote)
            CaseCheck.vote(
                fixture.terms(), fixture.calibration, Optional.empty(), fixture.checker());
    assertThat(missing.reason()).contains(RejectReason.UNAVAILABLE);
    assertThat(missing.report().authorOpening()).contains("MISSING");
    assertThat(missing.report().ran()).containsExactly(CaseTest.OPENINGS);

    Vote unfit =
        (Vote)
            CaseCheck.vote(
                fixture.terms(),
                fixture.calibration,
                Optional.of(cut(fixture.author(), 15)),
                fixture.checker());
    assertThat(unfit.reason()).contains(RejectReason.UNAVAILABLE);
    assertThat(unfit.report().authorOpening())
        .contains(OpeningOutcome.POSITIONS_NOT_AS_CHALLENGED.name());
  }

  @Test
  void shouldNotVoteWithAnOpeningThatDoesNotFit() {
    OpenedTask checker = fixture.checker();
    assertFault(cut(checker, 15), OpeningOutcome.POSITIONS_NOT_AS_CHALLENGED);
    assertFault(
        with(checker, EvidenceVector.of(List.of(), CaseFixture.OWN), checker.traceRoot()),
        OpeningOutcome.EVIDENCE_LENGTH);
    assertFault(
        with(checker, checker.evidence(), CaseFixture.MODEL), OpeningOutcome.LEAF_NOT_IN_TRACE);
    fixture.firstPart =
        fixture.firstPart.stream()
            .map(position -> new OpenedPosition(position.position(), 1 - position.boundary()))
            .toList();
    assertFault(checker, OpeningOutcome.BOUNDARIES_NOT_AS_CHALLENGED);
  }

  private void assertFault(OpenedTask checker, OpeningOutcome expected) {
    CaseOutcome outcome =
        CaseCheck.vote(
            fixture.terms(), fixture.calibration, Optional.of(fixture.author()), checker);
    assertThat(outcome).isEqualTo(new CaseOutcome.CheckerFault(expected));
  }

  private static OpenedTask cut(OpenedTask task, int positions) {
    return new OpenedTask(
        task.profile(),
        task.traceRoot(),
        task.size(),
        task.outputHash(),
        task.finishReason(),
        task.evidence(),
        task.positions().subList(0, positions));
  }

  private static OpenedTask with(OpenedTask task, EvidenceVector evidence, Hash root) {
    return new OpenedTask(
        task.profile(),
        root,
        task.size(),
        task.outputHash(),
        task.finishReason(),
        evidence,
        task.positions());
  }

  @Test
  void shouldJudgeByThePaperAndSaySoWithoutACalibration() {
    fixture.calibration = Optional.empty();
    fixture.token = new TokenEvidence(RankClass.NOT_ALLOWED, 0);
    Vote vote = fixture.vote();
    assertThat(vote.decision()).isEqualTo(Decision.ACCEPT);
    assertThat(vote.report().policy()).isEqualTo(Policy.PAPER);
    assertThat(vote.report().calibrationId()).isEmpty();
    assertThat(vote.report().notChecked()).containsExactly(CaseTest.TOKENS, CaseTest.END_TOKEN);
    fixture.rowNoise = 1 << 22;
    assertRejected(RejectReason.MODEL);
  }

  @Test
  void shouldRefuseACalibrationForOthers() {
    Calibration other =
        new Calibration(
            "other",
            HashInput.of("other").hash(),
            CaseFixture.PROFILE.id(),
            CaseFixture.PROFILE.id(),
            CaseFixture.CALIBRATION.rows(),
            CaseFixture.CALIBRATION.tokens(),
            1,
            1);
    assertThat(other.hash()).isNotEqualTo(CaseFixture.CALIBRATION.hash());
    fixture.calibration = Optional.of(other);
    assertThatIllegalArgumentException().isThrownBy(fixture::vote).withMessageContaining("'other'");
  }

  @Test
  void shouldRefuseImpossibleTerms() {
    fixture.firstPart = List.of(new OpenedPosition(5, 0), new OpenedPosition(5, 1));
    assertThatIllegalArgumentException().isThrownBy(fixture::terms);
    fixture.firstPart = List.of(new OpenedPosition(5, CaseFixture.BOUNDARIES - 1));
    assertThatIllegalArgumentException().isThrownBy(fixture::terms);
    fixture.firstPart = List.of(new OpenedPosition(CaseFixture.SIZE, 0));
    assertThatIllegalArgumentException().isThrownBy(fixture::terms);
    fixture.firstPart = List.of();
    assertThatIllegalArgumentException().isThrownBy(fixture::terms);
    assertThatIllegalArgumentException().isThrownBy(() -> new CaseSpan(1, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new NumericProfile("", RowType.FP32));
  }
}
