package io.verillm.protocol.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.trace.Row;
import io.verillm.protocol.trace.RowType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Rounding and both row tests as a second implementation has them ({@code generate_rows.py}). */
class RowGoldenTest {
  private static final RowThresholds ANY = new RowThresholds(0, 0);

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/bf16.csv", numLinesToSkip = 1)
  void shouldRoundToNearestAndTiesToEven(String fp32, String bf16) {
    byte[] bytes =
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(Integer.parseUnsignedInt(fp32, 16))
            .array();

    assertThat(new Row(RowType.FP32, bytes).toBf16().bits(0)).isEqualTo(Integer.parseInt(bf16, 16));
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/row_pairs.csv", numLinesToSkip = 1)
  void shouldCompareRowsOfAllTypesByBothPolicies(
      RowType checkerType,
      RowType authorType,
      String checker,
      String author,
      long distance,
      long exponentPpm,
      TestOutcome paper) {
    Row own = new Row(checkerType, HexFormat.of().parseHex(checker));
    Row claimed = new Row(authorType, HexFormat.of().parseHex(author));

    assertThat(new CalibratedRows(List.of(ANY)).test(0, own, claimed).statistic())
        .isEqualTo(distance);
    assertThat(new PaperRows().test(0, own, claimed)).isEqualTo(new RowScore(exponentPpm, paper));
  }
}
