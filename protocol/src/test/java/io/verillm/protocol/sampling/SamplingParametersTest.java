package io.verillm.protocol.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingParametersTest {

  @ParameterizedTest
  @ValueSource(
      doubles = {
        Double.NaN,
        -0.0,
        -1,
        -Double.MIN_VALUE,
        Double.MIN_VALUE,
        0.0009,
        100.1,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
      })
  void shouldRefuseTemperature(double temperature) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SamplingParameters(temperature, 1, 1))
        .withMessageContaining(Double.toString(temperature));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void shouldRefuseTopK(int topK) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SamplingParameters(1, topK, 1))
        .withMessageContaining(Integer.toString(topK));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, 0, -0.0, -0.5, 1.0000000000000002, Double.POSITIVE_INFINITY})
  void shouldRefuseTopP(double topP) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SamplingParameters(1, 1, topP))
        .withMessageContaining(Double.toString(topP));
  }

  @Test
  void shouldEncodeWithoutLoss() {
    SamplingParameters parameters = new SamplingParameters(0.1 + 0.2, 40, Double.MIN_VALUE);
    assertThat(SamplingParameters.decode(parameters.encode())).isEqualTo(parameters);
    assertThat(SamplingParameters.greedy().encode())
        .asHexString()
        .isEqualTo("0000000000000000" + "00000001" + "3FF0000000000000");
  }

  @Test
  void shouldRefuseToDecodeWhatItWouldNotEncode() {
    byte[] encoded = SamplingParameters.greedy().encode();
    byte[] negativeZero = encoded.clone();
    negativeZero[0] = (byte) 0x80;
    assertThatIllegalArgumentException().isThrownBy(() -> SamplingParameters.decode(negativeZero));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SamplingParameters.decode(Arrays.copyOf(encoded, 21)));
  }
}
