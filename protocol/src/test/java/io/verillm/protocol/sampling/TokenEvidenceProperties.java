package io.verillm.protocol.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class TokenEvidenceProperties {

  @Property(tries = 300)
  void theSampledTokenIsItsOwnEvidence(
      @ForAll long seed,
      @ForAll @DoubleRange(min = 0.01, max = 5) double temperature,
      @ForAll @IntRange(min = 1, max = 64) int topK,
      @ForAll @DoubleRange(min = 0.01, max = 1) double topP) {
    SamplingParameters parameters = new SamplingParameters(temperature, topK, topP);
    float[] logits = logits(seed, 0);
    int token = SeededSampler.sample(logits, parameters, hash(seed), 3);
    assertThat(TokenEvidence.of(logits, parameters, hash(seed), 3, token, band(0.05)))
        .isEqualTo(new TokenEvidence(RankClass.OWN_CHOICE, 0));
  }

  /**
   * What the band is for: noise of up to half of it on every logit never makes an honest token
   * impossible.
   */
  @Property(tries = 1_000)
  void honestNoiseWithinTheBandIsNeverNotAllowedAndItsMarginIsSmall(
      @ForAll long seed,
      @ForAll @DoubleRange(min = 0.1, max = 3) double temperature,
      @ForAll @IntRange(min = 1, max = 64) int topK,
      @ForAll @DoubleRange(min = 0.05, max = 1) double topP) {
    SamplingParameters parameters = new SamplingParameters(temperature, topK, topP);
    int token = SeededSampler.sample(logits(seed, 0.02), parameters, hash(seed), 3);
    TokenEvidence evidence =
        TokenEvidence.of(logits(seed, 0), parameters, hash(seed), 3, token, band(0.04));
    assertThat(evidence.rankClass()).isNotEqualTo(RankClass.NOT_ALLOWED);
    assertThat(evidence.margin()).isLessThanOrEqualTo(LogitUnits.of(0.04) + 1);
  }

  @Property(tries = 300)
  void widerBandsAllowMore(
      @ForAll long seed,
      @ForAll @DoubleRange(min = 0.1, max = 3) double temperature,
      @ForAll @IntRange(min = 1, max = 64) int topK,
      @ForAll @DoubleRange(min = 0.05, max = 1) double topP,
      @ForAll @IntRange(max = 199) int token) {
    SamplingParameters parameters = new SamplingParameters(temperature, topK, topP);
    float[] logits = logits(seed, 0);
    RankClass narrow =
        TokenEvidence.of(logits, parameters, hash(seed), 3, token, band(0.01)).rankClass();
    RankClass wide =
        TokenEvidence.of(logits, parameters, hash(seed), 3, token, band(0.5)).rankClass();
    if (narrow == RankClass.POSSIBLY_ALLOWED) {
      assertThat(wide).isEqualTo(RankClass.POSSIBLY_ALLOWED);
    }
    if (wide == RankClass.SURELY_ALLOWED || wide == RankClass.NOT_ALLOWED) {
      assertThat(narrow).isEqualTo(wide);
    }
  }

  private static CandidateBand band(double logits) {
    return new CandidateBand(LogitUnits.of(logits));
  }

  private static Hash hash(long seed) {
    return HashInput.of("seed").add(seed).hash();
  }

  private static float[] logits(long seed, double noise) {
    Random values = new Random(seed);
    Random noises = new Random(~seed);
    float[] logits = new float[200];
    for (int i = 0; i < logits.length; i++) {
      double error = noise * (2 * noises.nextDouble() - 1);
      logits[i] = (float) (3 * values.nextGaussian() + error);
    }
    return logits;
  }
}
