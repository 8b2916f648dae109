package io.verillm.protocol.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class RowEncodingTest {

  @Test
  void shouldStoreLittleEndian() {
    assertThat(Row.of(RowType.FP32, 1f, -0f).bytes()).asHexString().isEqualTo("0000803F00000080");
    assertThat(Row.of(RowType.BF16, 1f, -2f).bytes()).asHexString().isEqualTo("803F00C0");
  }

  @Test
  void shouldRoundToNearestEven() {
    float half = Float.intBitsToFloat(0x3f808000);
    float above = Float.intBitsToFloat(0x3f808001);
    float oddHalf = Float.intBitsToFloat(0x3f818000);
    Row row = Row.of(RowType.BF16, half, above, oddHalf, Float.MAX_VALUE);
    assertThat(row.bits(0)).isEqualTo(0x3f80);
    assertThat(row.bits(1)).isEqualTo(0x3f81);
    assertThat(row.bits(2)).isEqualTo(0x3f82);
    assertThat(row.value(3)).isInfinite();
  }

  @Test
  void shouldKeepNanANan() {
    Row row = Row.of(RowType.BF16, Float.intBitsToFloat(0x7f800001), Float.intBitsToFloat(-1));
    assertThat(row.value(0)).isNaN();
    assertThat(row.value(1)).isNaN();
    assertThat(row.isFinite()).isFalse();
  }

  @Test
  void shouldRefusePartsOfElements() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Row(RowType.FP32, new byte[6]));
    assertThatIllegalArgumentException().isThrownBy(() -> new Row(RowType.BF16, new byte[0]));
  }

  @Test
  void shouldReadBackItsValues() {
    Row row = Row.of(RowType.FP32, 0.1f, -3e-45f);
    assertThat(row.value(0)).isEqualTo(0.1f);
    assertThat(row.value(1)).isEqualTo(-3e-45f);
    assertThat(row.dimension()).isEqualTo(2);
    assertThat(row.toBf16()).isEqualTo(Row.of(RowType.BF16, 0.1f, -3e-45f));
  }
}
