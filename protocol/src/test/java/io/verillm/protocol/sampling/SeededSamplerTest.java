package io.verillm.protocol.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeededSamplerTest {

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/samples.csv", numLinesToSkip = 1)
  void shouldEqualTheGoldenToken(
      int size, int position, double temperature, int topK, double topP, int token) {
    SamplingParameters parameters = new SamplingParameters(temperature, topK, topP);
    float[] logits = GoldenLogits.of(size, position);
    assertThat(SeededSampler.sample(logits, parameters, GoldenLogits.SEED, position))
        .isEqualTo(token);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/uniform.csv", numLinesToSkip = 1)
  void shouldEqualTheGoldenUniform(int position, int token, String expected) {
    assertThat(SeededSampler.u(GoldenLogits.SEED, position, token))
        .isEqualTo(Double.parseDouble(expected));
  }

  @Test
  void shouldBreakTiesByLowestId() {
    float[] logits = {1, 3, 3, -0.0f, 0.0f, 3};
    assertThat(SeededSampler.sample(logits, SamplingParameters.greedy(), GoldenLogits.SEED, 0))
        .isEqualTo(1);
    SamplingParameters one = new SamplingParameters(1, 1, 1);
    assertThat(SeededSampler.sample(logits, one, GoldenLogits.SEED, 0)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void shouldRefuseLogitsThatAreNotFinite(float bad) {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            SeededSampler.sample(
                new float[] {1, bad}, SamplingParameters.greedy(), GoldenLogits.SEED, 0))
        .withMessageContaining("token 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            SeededSampler.sample(new float[0], SamplingParameters.greedy(), GoldenLogits.SEED, 0));
  }

  @Test
  void shouldSampleFromTheSoftmax() {
    float[] logits = {0, (float) Math.log(3)};
    SamplingParameters parameters = new SamplingParameters(1, 64, 1);
    int ones = 0;
    for (int position = 0; position < 4_000; position++) {
      ones += SeededSampler.sample(logits, parameters, GoldenLogits.SEED, position);
    }
    assertThat(ones).isBetween(2_900, 3_100);
  }
}
