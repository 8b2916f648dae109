package io.verillm.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.models.InvalidModelException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoundingTest {

  @Test
  void shouldRoundToBf16TiesToEven() {
    assertThat(Rounding.bf16(1f)).isEqualTo(1f);
    assertThat(Rounding.bf16(Float.intBitsToFloat(0x3f808000))).isEqualTo(1f);
    assertThat(Rounding.bf16(Float.intBitsToFloat(0x3f818000)))
        .isEqualTo(Float.intBitsToFloat(0x3f820000));
    assertThat(Rounding.bf16(Float.intBitsToFloat(0x3f808001)))
        .isEqualTo(Float.intBitsToFloat(0x3f810000));
    assertThat(Rounding.bf16(-0f)).isEqualTo(-0f);
    assertThat(Rounding.bf16(Float.NaN)).isNaN();
  }

  @Test
  void shouldRefuseWeightsThatRoundingMakesInfinite() {
    Weights weights = new OneTensor(new Tensor(new int[] {1}, new float[] {Float.MAX_VALUE}));
    Weights changed = new ChangedWeights(weights, name -> true, (name, t) -> Rounding.bf16(t));

    assertThatThrownBy(() -> changed.tensor("w"))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("w: ")
        .hasMessageContaining("Infinity");
  }

  private record OneTensor(Tensor value) implements Weights {
    @Override
    public Set<String> names() {
      return Set.of("w");
    }

    @Override
    public int[] shape(String name) {
      return value.shape();
    }

    @Override
    public Tensor tensor(String name) {
      return value;
    }
  }

  @Test
  void shouldKeepTheLargestOfEachRowAndRoundTheRestToItsScale() {
    Tensor matrix = new Tensor(new int[] {2, 3}, new float[] {127, 63.4f, -1.6f, 0, 0, 0});
    assertThat(Rounding.groups(matrix, 0, 127).values()).containsExactly(127, 63, -2, 0, 0, 0);
  }

  @Test
  void shouldScaleEachGroupAloneWithAShorterLastOne() {
    Tensor matrix = new Tensor(new int[] {1, 3}, new float[] {700, 140, 0.07f});
    assertThat(Rounding.groups(matrix, 2, 7).values()).containsExactly(700, 100, 0.07f);
  }
}
