package io.verillm.protocol.shard;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.ModelRegistered;
import io.verillm.events.RowLimits;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.RowType;
import io.verillm.protocol.trace.Trace;
import io.verillm.protocol.trace.TraceShape;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A model whose rows are a function of position and token. */
final class TestModel {
  static final Hash ID = HashInput.of("model").hash();
  static final String PROFILE = "cpu-fp32";
  static final long OK = 4;
  static final long BAD = 64;
  private static final List<String> BOUNDARIES = List.of("block-0", "block-1", "norm");
  private static final int DIMENSION = 32;

  /** Twice as large, so that a shifted element is never one of the smallest. */
  private static final int SHIFT = 1 << 23;

  private TestModel() {}

  static ModelRegistered registered() {
    return new ModelRegistered(
        Wire.buffer(ID), "test", PROFILE, "fp32", BOUNDARIES, DIMENSION, 100_000, 2, 4_096, 100L);
  }

  static CalibrationPublished calibration() {
    return new CalibrationPublished(
        "test-1",
        Wire.buffer(ID),
        PROFILE,
        PROFILE,
        BOUNDARIES.stream().map(b -> new RowLimits(b, OK, BAD)).toList(),
        100_000,
        400_000,
        5_000,
        20_000,
        30_000,
        100,
        10_000);
  }

  static int boundaries() {
    return BOUNDARIES.size();
  }

  /** The trace of a request, as somebody computes it. */
  static Trace trace(TestRequest request, Behaviour behaviour) {
    TraceShape shape =
        new TraceShape(ID, new NumericProfile(PROFILE, RowType.FP32), boundaries(), DIMENSION);
    Trace trace = new Trace(shape);
    for (int t = 0; t < request.size(); t++) {
      Random random = new Random(31L * request.token(t) + t);
      int noise = behaviour.noisyAt.test(t) ? behaviour.noise : 0;
      float[][] rows = new float[boundaries()][DIMENSION];
      for (float[] row : rows) {
        for (int i = 0; i < DIMENSION; i++) {
          int bits = Float.floatToRawIntBits((float) (1 + random.nextDouble()));
          row[i] = Float.intBitsToFloat(bits + noise + (behaviour.shifted.test(i) ? SHIFT : 0));
        }
      }
      trace.append(request.token(t) + behaviour.otherTokens, rows);
    }
    return trace;
  }

  static <T> List<T> repeated(int count, T entry) {
    return Collections.nCopies(count, entry);
  }
}
