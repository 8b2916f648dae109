package io.verillm.protocol.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.check.EvidenceRule.Range;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.RankClass;
import io.verillm.protocol.sampling.SamplingParameters;
import io.verillm.protocol.sampling.SeededSampler;
import io.verillm.protocol.sampling.TokenEvidence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class EvidenceRuleProperties {
  private static final int TOKENS = 24;
  private static final int VOCABULARY = 100;

  /** A sixteenth of a logit, far above what was measured, so that its edges are met often. */
  private static final int BAND = 1 << 12;

  private static final TokenThresholds LIMITS =
      new TokenThresholds(BAND << 6, BAND << 7, BAND / 4, BAND);
  private static final Range ALL = new Range(0, TOKENS, true);

  private static EvidenceRule rule(boolean greedy) {
    return new EvidenceRule(LIMITS, BAND << 4, BAND, greedy);
  }

  /**
   * One checker's evidence about a text. Every party's logits lie up to a quarter of the band from
   * the model's: then a difference of two logits is up to the whole band apart between two parties,
   * which is as far as the band allows.
   */
  private static EvidenceVector evidence(
      long seed, int[] text, SamplingParameters parameters, long checker) {
    List<TokenEvidence> entries = new ArrayList<>();
    for (int t = 0; t <= TOKENS; t++) {
      entries.add(
          TokenEvidence.of(
              logits(seed, t, checker),
              parameters,
              hash(seed),
              t,
              text[t],
              new CandidateBand(BAND)));
    }
    return EvidenceVector.of(entries.subList(0, TOKENS), entries.get(TOKENS));
  }

  private static float[] logits(long seed, int position, long who) {
    Random values = new Random(31 * seed + position);
    Random noise = new Random(1_000_003 * who + 31 * seed + position);
    double most = BAND / 65_536.0 / 4;
    float[] logits = new float[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      logits[i] = (float) (3 * values.nextGaussian() + most * (2 * noise.nextDouble() - 1));
    }
    return logits;
  }

  private static Hash hash(long seed) {
    return HashInput.of("seed").add(seed).hash();
  }

  private static int[] written(long seed, SamplingParameters parameters) {
    int[] text = new int[TOKENS + 1];
    for (int t = 0; t <= TOKENS; t++) {
      text[t] = SeededSampler.sample(logits(seed, t, 7), parameters, hash(seed), t);
    }
    return text;
  }

  private static int[] anything(long seed) {
    return new Random(seed).ints(TOKENS + 1, 0, VOCABULARY).toArray();
  }

  @Property(tries = 1_000)
  void shouldNeverTakeHonestNoiseForALieAboutAnHonestText(
      @ForAll long seed,
      @ForAll @DoubleRange(min = 0.1, max = 3) double temperature,
      @ForAll @IntRange(min = 1, max = 64) int topK,
      @ForAll @DoubleRange(min = 0.05, max = 1) double topP,
      @ForAll boolean greedy) {
    SamplingParameters parameters = new SamplingParameters(greedy ? 0 : temperature, topK, topP);
    int[] text = written(seed, parameters);
    EvidenceVector one = evidence(seed, text, parameters, 1);
    EvidenceVector other = evidence(seed, text, parameters, 2);

    assertThat(rule(greedy).contradicts(one, other, true, ALL)).isFalse();
    assertThat(rule(greedy).contradicts(other, one, false, ALL)).isFalse();
  }

  @Property(tries = 1_000)
  void shouldNeverTakeWhoAcceptedForALiarWhateverTheTextIs(
      @ForAll long seed,
      @ForAll @DoubleRange(min = 0.1, max = 3) double temperature,
      @ForAll @IntRange(min = 1, max = 64) int topK,
      @ForAll @DoubleRange(min = 0.05, max = 1) double topP) {
    SamplingParameters parameters = new SamplingParameters(temperature, topK, topP);
    int[] text = anything(seed);
    EvidenceVector one = evidence(seed, text, parameters, 1);
    EvidenceVector other = evidence(seed, text, parameters, 2);

    assertThat(rule(false).contradicts(other, one, false, ALL)).isFalse();
  }

  @Property(tries = 1_000)
  void shouldFindWhoMakesUpOneEntryAgainstAnHonestText(
      @ForAll long seed,
      @ForAll @IntRange(max = TOKENS) int where,
      @ForAll @IntRange(min = BAND + 2, max = 1 << 20) int margin,
      @ForAll boolean impossible) {
    SamplingParameters greedy = new SamplingParameters(0, 1, 1);
    int[] text = written(seed, greedy);
    EvidenceVector honest = evidence(seed, text, greedy, 1);
    TokenEvidence lie =
        impossible
            ? new TokenEvidence(RankClass.NOT_ALLOWED, 0)
            : new TokenEvidence(RankClass.SURELY_ALLOWED, margin);
    List<TokenEvidence> entries = new ArrayList<>();
    for (int t = 0; t <= TOKENS; t++) {
      TokenEvidence own = t == TOKENS ? honest.end() : honest.token(t);
      entries.add(t == where ? lie : own);
    }
    EvidenceVector fabricated = EvidenceVector.of(entries.subList(0, TOKENS), entries.get(TOKENS));
    boolean decisive =
        impossible
            || (where == TOKENS ? honest.end() : honest.token(where)).margin()
                <= LIMITS.maximumOk();

    assertThat(rule(true).contradicts(fabricated, honest, true, ALL)).isEqualTo(decisive);
  }

  @Example
  void shouldFindSmallMarginsEverywhereByTheirMean() {
    TokenEvidence small = new TokenEvidence(RankClass.SURELY_ALLOWED, BAND);
    TokenEvidence own = new TokenEvidence(RankClass.OWN_CHOICE, 0);
    EvidenceVector fabricated = EvidenceVector.of(Collections.nCopies(64, small), own);
    EvidenceVector honest = EvidenceVector.of(Collections.nCopies(64, own), own);
    Range range = new Range(0, 64, true);

    assertThat(rule(false).contradicts(fabricated, honest, true, range)).isTrue();
    assertThat(rule(false).contradicts(fabricated, honest, false, range)).isFalse();
    assertThat(rule(true).contradicts(fabricated, honest, false, range)).isTrue();
  }
}
