package io.verillm.protocol.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class TokenEvidenceTest {

  private static final CandidateBand BAND = new CandidateBand(LogitUnits.PER_LOGIT / 10);

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/evidence.csv", numLinesToSkip = 1)
  void shouldEqualTheGoldenEvidence(
      int position,
      double temperature,
      int topK,
      double topP,
      int band,
      int token,
      int rankClass,
      int margin) {
    TokenEvidence evidence =
        TokenEvidence.of(
            GoldenLogits.of(500, position),
            new SamplingParameters(temperature, topK, topP),
            GoldenLogits.SEED,
            position,
            token,
            new CandidateBand(band));
    assertThat(evidence)
        .isEqualTo(new TokenEvidence(RankClass.ofCode(rankClass).orElseThrow(), margin));
  }

  @Test
  void shouldMeasureGreedyMarginInLogits() {
    float[] logits = {1, 3.5f, 3};
    assertThat(greedy(logits, 1)).isEqualTo(new TokenEvidence(RankClass.OWN_CHOICE, 0));
    assertThat(greedy(logits, 2))
        .isEqualTo(new TokenEvidence(RankClass.POSSIBLY_ALLOWED, LogitUnits.PER_LOGIT / 2));
  }

  @Test
  void shouldSaturateHugeMargins() {
    float[] logits = {-Float.MAX_VALUE, Float.MAX_VALUE};
    assertThat(greedy(logits, 0).margin()).isEqualTo(LogitUnits.MAX);
  }

  @Test
  void shouldAllowTokensAtTheTopKEdgeWithinTheBandAlone() {
    float[] logits = {5, 4, 3.95f, 3};
    SamplingParameters two = new SamplingParameters(1, 2, 1);
    assertThat(classes(logits, two))
        .containsExactly(
            RankClass.SURELY_ALLOWED,
            RankClass.POSSIBLY_ALLOWED,
            RankClass.POSSIBLY_ALLOWED,
            RankClass.NOT_ALLOWED);
  }

  @Test
  void shouldMeasureTheTopPEdgeInMassNotInDistance() {
    // The first token holds 95.02 % of the mass: under noise, the far second one comes in or not.
    float[] logits = {3, 0.05f, -9};
    SamplingParameters nucleus = new SamplingParameters(1, 64, 0.95);
    assertThat(classes(logits, nucleus))
        .containsExactly(
            RankClass.SURELY_ALLOWED, RankClass.POSSIBLY_ALLOWED, RankClass.NOT_ALLOWED);
  }

  /** Classes with the own choice shown as what it would be otherwise. */
  private static RankClass[] classes(float[] logits, SamplingParameters parameters) {
    RankClass[] classes = new RankClass[logits.length];
    for (int token = 0; token < logits.length; token++) {
      for (int position = 0; position < 50; position++) {
        RankClass found =
            TokenEvidence.of(logits, parameters, GoldenLogits.SEED, position, token, BAND)
                .rankClass();
        if (classes[token] == null || found != RankClass.OWN_CHOICE) {
          classes[token] = found;
        }
      }
      if (classes[token] == RankClass.OWN_CHOICE) {
        classes[token] = RankClass.SURELY_ALLOWED;
      }
    }
    return classes;
  }

  @Test
  void shouldRefuseTokensOutsideTheVocabulary() {
    assertThatIllegalArgumentException().isThrownBy(() -> greedy(new float[] {1}, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> greedy(new float[] {1}, -1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenEvidence(RankClass.OWN_CHOICE, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenEvidence(RankClass.NOT_ALLOWED, LogitUnits.MAX + 1));
    assertThatIllegalArgumentException().isThrownBy(() -> LogitUnits.of(Double.NaN));
  }

  private static TokenEvidence greedy(float[] logits, int token) {
    return TokenEvidence.of(logits, SamplingParameters.greedy(), GoldenLogits.SEED, 0, token, BAND);
  }
}
