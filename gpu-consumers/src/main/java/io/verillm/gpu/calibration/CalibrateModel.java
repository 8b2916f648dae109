package io.verillm.gpu.calibration;

import io.verillm.gpu.engine.EngineDevice;
import io.verillm.models.ModelDirectory;
import io.verillm.models.ModelManifest;
import io.verillm.models.Tokenizer;
import java.nio.file.Path;
import java.util.function.IntConsumer;

/** Calibrates a model and writes the file: what {@code verillm model calibrate} runs. */
public final class CalibrateModel {
  private CalibrateModel() {}

  /**
   * Calibrates by the built-in plan.
   *
   * @param args the file to write, and a model's folder; without a folder the built-in model
   */
  public static void main(String[] args) {
    if (args.length < 1 || args.length > 2) {
      System.err.println("usage: CalibrateModel FILE [MODEL-FOLDER]");
      System.exit(2);
    }
    ModelDirectory directory =
        args.length == 2 ? ModelDirectory.of(Path.of(args[1])) : ModelDirectory.builtIn();
    IntConsumer progress =
        done -> {
          if (done % 40 == 0) {
            System.err.println(done + " pairs");
          }
        };
    calibrate(directory, CalibrationPlan.builtIn(), EngineDevice.CPU, progress)
        .write(Path.of(args[0]));
  }

  /** Calibrates a model under the device's profile. */
  public static CalibrationFile calibrate(
      ModelDirectory directory, CalibrationPlan plan, EngineDevice device, IntConsumer progress) {
    ModelManifest manifest = ModelManifest.of(plan.name(), directory, device.profile());
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      return new Calibrator(directory, manifest, tokenizer, plan, device, progress).run();
    }
  }
}
