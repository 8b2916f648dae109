package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.models.ModelConfig;
import io.verillm.models.RandomShape;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.RowType;
import io.verillm.protocol.trace.TraceShape;
import org.junit.jupiter.api.Test;

class SessionsOptionTest {
  private static final ModelConfig LLAMA =
      ModelConfig.parse(RandomShape.named("llama-3.2-1b").configJson());
  private static final TraceShape SHAPE =
      new TraceShape(
          Hashing.hash("llama"),
          new NumericProfile("onnxruntime-cpu-fp32", RowType.FP32),
          LLAMA.boundaries().size(),
          LLAMA.width());
  private static final long GIB = 1L << 30;

  @Test
  void shouldTakeAsManyLongestRequestsAsMemoryAndEvidenceHold() {
    // A position takes 2 x 65,536 bytes of cache and 24,576 of rows: 0.6 GiB for 4,096 of them.
    assertThat(fitting(64, 4_096, 1_000)).isEqualTo(32);
    assertThat(fitting(24, 4_096, 1_000)).isEqualTo(12);
    // 0.19 GiB of evidence for each.
    assertThat(fitting(64, 4_096, 2)).isEqualTo(10);
    assertThat(fitting(24, 131_072, 8)).as("one always, or it would serve nobody").isEqualTo(1);
  }

  private static int fitting(long memoryGib, int positions, long evidenceGib) {
    return SessionsOption.fitting(memoryGib * GIB, LLAMA, SHAPE, positions, evidenceGib * GIB);
  }
}
