package io.verillm.protocol.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.MerklePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class TraceTest {

  private static final TraceShape SHAPE =
      new TraceShape(
          Hashing.sha256("model".getBytes(StandardCharsets.UTF_8)),
          new NumericProfile("cpu-fp32", RowType.FP32),
          2,
          3);

  private static Trace trace(int size) {
    Trace trace = new Trace(SHAPE);
    for (int t = 0; t < size; t++) {
      float[][] rows = {{t, -t, -0f}, {t + 0.5f, -t, -0f}};
      trace.append(100 + t, rows);
    }
    return trace;
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/trace_roots.csv", numLinesToSkip = 1)
  void shouldEqualTheGoldenRoot(int size, String root) {
    assertThat(trace(size).root()).hasToString(root);
    assertThat(trace(5).rootAt(size)).hasToString(root);
  }

  @Test
  void shouldOpenUnderTheEarlierRootAfterGrowing() {
    Trace trace = trace(3);
    Hash prefill = trace.root();
    trace.append(7, new float[][] {{1, 2, 3}, {4, 5, 6}});
    PositionOpening opening = trace.open(2, 3, 0, 1);
    assertThat(opening.verify(prefill, 3, SHAPE)).isEqualTo(OpeningOutcome.VALID);
    assertThat(trace.open(2, 4, 1).verify(trace.root(), 4, SHAPE)).isEqualTo(OpeningOutcome.VALID);
    assertThat(opening.verify(trace.root(), 4, SHAPE)).isEqualTo(OpeningOutcome.LEAF_NOT_IN_TRACE);
  }

  @Test
  void shouldNameWhatDoesNotFit() {
    Trace trace = trace(5);
    PositionOpening good = trace.open(2, 5, 0, 1);
    RowOpening row = good.rows().getFirst();
    byte[] changed = row.bytes();
    changed[3] ^= 1;

    assertThat(outcome(trace, 5, 102, good.rows(), good.leafPath()))
        .isEqualTo(OpeningOutcome.POSITION_OUT_OF_RANGE);
    assertThat(outcome(trace, -1, 102, good.rows(), good.leafPath()))
        .isEqualTo(OpeningOutcome.POSITION_OUT_OF_RANGE);
    assertThat(outcome(trace, 2, -1, good.rows(), good.leafPath()))
        .isEqualTo(OpeningOutcome.BAD_TOKEN_ID);
    assertThat(outcome(trace, 2, 102, List.of(), good.leafPath()))
        .isEqualTo(OpeningOutcome.NO_ROWS);
    assertThat(outcome(trace, 2, 102, List.of(at(row, 2)), good.leafPath()))
        .isEqualTo(OpeningOutcome.BOUNDARY_OUT_OF_RANGE);
    assertThat(outcome(trace, 2, 102, List.of(row, row), good.leafPath()))
        .isEqualTo(OpeningOutcome.BOUNDARIES_NOT_ASCENDING);
    assertThat(outcome(trace, 2, 102, List.of(with(row, new byte[11])), good.leafPath()))
        .isEqualTo(OpeningOutcome.ROW_LENGTH);
    assertThat(
            outcome(
                trace, 2, 102, List.of(with(row, changed), good.rows().getLast()), good.leafPath()))
        .isEqualTo(OpeningOutcome.ROWS_ROOT);
    assertThat(
            outcome(
                trace,
                2,
                102,
                List.of(new RowOpening(0, row.bytes(), MerklePath.EMPTY)),
                good.leafPath()))
        .isEqualTo(OpeningOutcome.ROWS_ROOT);
    assertThat(outcome(trace, 2, 102, List.of(with(row, changed)), good.leafPath()))
        .isEqualTo(OpeningOutcome.LEAF_NOT_IN_TRACE);
    assertThat(outcome(trace, 2, 103, good.rows(), good.leafPath()))
        .isEqualTo(OpeningOutcome.LEAF_NOT_IN_TRACE);
    assertThat(outcome(trace, 3, 102, good.rows(), good.leafPath()))
        .isEqualTo(OpeningOutcome.LEAF_NOT_IN_TRACE);
    assertThat(outcome(trace, 2, 102, good.rows(), MerklePath.EMPTY))
        .isEqualTo(OpeningOutcome.LEAF_NOT_IN_TRACE);
  }

  @Test
  void shouldBindModelAndProfile() {
    Trace trace = trace(5);
    PositionOpening good = trace.open(4, 5, 1);
    TraceShape otherModel =
        new TraceShape(trace.root(), SHAPE.profile(), SHAPE.boundaries(), SHAPE.dimension());
    TraceShape otherProfile =
        new TraceShape(
            SHAPE.modelId(),
            new NumericProfile("gpu-fp32", RowType.FP32),
            SHAPE.boundaries(),
            SHAPE.dimension());
    assertThat(good.verify(trace.root(), 5, otherModel))
        .isEqualTo(OpeningOutcome.LEAF_NOT_IN_TRACE);
    assertThat(good.verify(trace.root(), 5, otherProfile))
        .isEqualTo(OpeningOutcome.LEAF_NOT_IN_TRACE);
  }

  @Test
  void shouldProveASegmentAgainstItsRoot() {
    Trace trace = trace(5);
    assertThat(trace.range(2, 5, 5).verify(trace.root())).isTrue();
    assertThat(trace.range(2, 5, 5).nodes()).hasSize(2);
  }

  @Test
  void shouldSurviveBeingStored() throws IOException {
    Trace trace = trace(70);
    byte[] stored = stored(trace);
    Trace restored = Trace.readFrom(new ByteArrayInputStream(stored), SHAPE);
    assertThat(restored.root()).isEqualTo(trace.root());
    assertThat(restored.tokenId(69)).isEqualTo(169);
    assertThat(restored.row(69, 1)).isEqualTo(trace.row(69, 1));
  }

  @Test
  void shouldRefuseStoredBytesThatAreCutOrImpossible() throws IOException {
    byte[] stored = stored(trace(3));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() ->
            Trace.readFrom(
                new ByteArrayInputStream(Arrays.copyOf(stored, stored.length - 1)), SHAPE));
    byte[] endless = stored.clone();
    endless[0] = 0x7f;
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> Trace.readFrom(new ByteArrayInputStream(endless), SHAPE));
    byte[] negative = stored.clone();
    negative[4] = (byte) 0x80;
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> Trace.readFrom(new ByteArrayInputStream(negative), SHAPE));
  }

  @Test
  void shouldRefuseRowsOfAnotherShape() {
    Trace trace = new Trace(SHAPE);
    assertThatIllegalArgumentException().isThrownBy(() -> trace.append(1, new byte[23]));
    assertThatIllegalArgumentException().isThrownBy(() -> trace.append(-1, new byte[24]));
    assertThatIllegalArgumentException().isThrownBy(() -> trace.append(1, new float[1][3]));
    assertThatIllegalArgumentException().isThrownBy(() -> trace.append(1, new float[2][4]));
    assertThatIllegalArgumentException().isThrownBy(() -> trace.tokenId(0));
    assertThatIllegalArgumentException().isThrownBy(() -> trace(2).open(0, 3, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> trace(2).open(0, 2, 2));
    assertThat(trace.size()).isZero();
  }

  private static byte[] stored(Trace trace) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    trace.writeTo(out);
    return out.toByteArray();
  }

  private static OpeningOutcome outcome(
      Trace trace, int position, int tokenId, List<RowOpening> rows, MerklePath path) {
    return new PositionOpening(position, tokenId, rows, path).verify(trace.root(), 5, SHAPE);
  }

  private static RowOpening at(RowOpening row, int boundary) {
    return new RowOpening(boundary, row.bytes(), row.path());
  }

  private static RowOpening with(RowOpening row, byte[] bytes) {
    return new RowOpening(row.boundary(), bytes, row.path());
  }
}
