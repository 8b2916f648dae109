package io.verillm.protocol.sim;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.ModelRegistered;
import io.verillm.events.RowLimits;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.RowType;
import io.verillm.protocol.trace.TraceShape;
import java.util.List;

/**
 * The model that everybody serves: boundaries and limits of the built-in model (protocol, section
 * 8), but narrow rows, since their width changes no decision.
 */
final class SimulatedModel {
  static final Hash ID = HashInput.of("simulated-model").hash();
  static final String PROFILE = "onnxruntime-cpu-fp32";
  static final int DIMENSION = 8;
  static final int VOCABULARY = 4_096;

  /** Units for one token: 40 of them bring 120c. */
  static final long PRICE_PER_TOKEN = 300;

  /** Largest margin that passes in the built-in calibration. */
  static final int MARGIN_OK = 64;

  /** Largest distance of a row that passes, everywhere. */
  static final long ROW_OK = 512;

  private static final List<String> BOUNDARIES = List.of("block8", "block12", "norm");
  private static final List<Long> ROW_BAD = List.of(4_767L, 5_364L, 5_636L);
  private static final int END_TOKEN = 2;

  private SimulatedModel() {}

  static ModelRegistered registered() {
    return new ModelRegistered(
        Wire.buffer(ID),
        "simulated",
        PROFILE,
        "fp32",
        BOUNDARIES,
        DIMENSION,
        VOCABULARY,
        END_TOKEN,
        4_096,
        PRICE_PER_TOKEN);
  }

  /** The limits of builtin-v1; a test holds them to its file. */
  static CalibrationPublished calibration() {
    return new CalibrationPublished(
        "simulated-builtin-v1",
        Wire.buffer(ID),
        PROFILE,
        PROFILE,
        List.of(0, 1, 2).stream()
            .map(i -> new RowLimits(BOUNDARIES.get(i), ROW_OK, ROW_BAD.get(i)))
            .toList(),
        256,
        1_465,
        MARGIN_OK,
        815,
        65_536,
        16,
        240);
  }

  static TraceShape shape() {
    return new TraceShape(ID, profile(), BOUNDARIES.size(), DIMENSION);
  }

  static NumericProfile profile() {
    return new NumericProfile(PROFILE, RowType.FP32);
  }

  static int boundaries() {
    return BOUNDARIES.size();
  }
}
