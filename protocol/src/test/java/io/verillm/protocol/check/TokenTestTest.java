package io.verillm.protocol.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.RankClass;
import io.verillm.protocol.sampling.TokenEvidence;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenTestTest {

  private static final int CLIP = 1_000;
  private static final TokenTest TEST =
      new TokenTest(new TokenThresholds(512, 1_024, 500, 2_000), CLIP);

  private static EvidenceVector vector(int size, int everyNth, RankClass rankClass, int margin) {
    List<TokenEvidence> tokens = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      tokens.add(
          i % everyNth == 0
              ? new TokenEvidence(rankClass, margin)
              : new TokenEvidence(RankClass.OWN_CHOICE, 0));
    }
    return EvidenceVector.of(tokens, new TokenEvidence(rankClass, margin));
  }

  private static TestOutcome judge(EvidenceVector vector) {
    return TEST.judge(TEST.statistics(vector, 0, vector.tokens()));
  }

  @Test
  void shouldPassRareSmallMargins() {
    assertThat(judge(vector(200, 100, RankClass.SURELY_ALLOWED, 100))).isEqualTo(TestOutcome.PASS);
  }

  @Test
  void shouldJudgeTheMean() {
    // 2^8 * margin / n per flip: 256 * 300 / 100 = 768
    assertThat(judge(vector(100, 100, RankClass.SURELY_ALLOWED, 300)))
        .isEqualTo(TestOutcome.UNSURE);
    assertThat(judge(vector(100, 10, RankClass.SURELY_ALLOWED, 300))).isEqualTo(TestOutcome.FAIL);
  }

  @Test
  void shouldJudgeTheMaximum() {
    assertThat(judge(vector(100_000, 100_000, RankClass.SURELY_ALLOWED, 500)))
        .isEqualTo(TestOutcome.PASS);
    assertThat(judge(vector(100_000, 100_000, RankClass.SURELY_ALLOWED, 501)))
        .isEqualTo(TestOutcome.UNSURE);
    assertThat(judge(vector(100_000, 100_000, RankClass.SURELY_ALLOWED, 2_001)))
        .isEqualTo(TestOutcome.FAIL);
  }

  @Test
  void shouldClipTheMeanButNotTheMaximum() {
    TokenStatistics statistics =
        TEST.statistics(vector(64, 64, RankClass.SURELY_ALLOWED, 50_000), 0, 64);
    assertThat(statistics).isEqualTo(new TokenStatistics(64, 4_000, 50_000, 1, 0));
  }

  @Test
  void shouldNotTakeOneFlipOfAShortSegmentForAHabit() {
    TokenStatistics statistics =
        TEST.statistics(vector(2, 2, RankClass.POSSIBLY_ALLOWED, 100), 0, 2);
    assertThat(statistics).isEqualTo(new TokenStatistics(2, 400, 100, 1, 0));
    assertThat(TEST.judge(statistics)).isEqualTo(TestOutcome.PASS);
  }

  @Test
  void shouldFailATokenThatIsNotAllowedWhateverItsMargin() {
    assertThat(judge(vector(100_000, 100_000, RankClass.NOT_ALLOWED, 0)))
        .isEqualTo(TestOutcome.FAIL);
    assertThat(TEST.judgeEnd(new TokenEvidence(RankClass.NOT_ALLOWED, 0)))
        .isEqualTo(TestOutcome.FAIL);
  }

  @Test
  void shouldJudgeOnlyTheSegmentsEntries() {
    EvidenceVector vector = vector(200, 100, RankClass.NOT_ALLOWED, 9_999);
    assertThat(TEST.statistics(vector, 101, 200)).isEqualTo(new TokenStatistics(99, 0, 0, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> TEST.statistics(vector, 100, 201));
    assertThatIllegalArgumentException().isThrownBy(() -> TEST.statistics(vector, 5, 4));
  }

  @Test
  void shouldJudgeTheEndByTheMaximumsLimits() {
    assertThat(TEST.judgeEnd(new TokenEvidence(RankClass.OWN_CHOICE, 0)))
        .isEqualTo(TestOutcome.PASS);
    assertThat(TEST.judgeEnd(new TokenEvidence(RankClass.SURELY_ALLOWED, 501)))
        .isEqualTo(TestOutcome.UNSURE);
    assertThat(TEST.judgeEnd(new TokenEvidence(RankClass.POSSIBLY_ALLOWED, 2_001)))
        .isEqualTo(TestOutcome.FAIL);
  }
}
