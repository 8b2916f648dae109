package io.verillm.cli;

import io.verillm.deploy.ServedModel;
import io.verillm.gpu.calibration.CalibrateModel;
import io.verillm.gpu.calibration.CalibrationPlan;
import io.verillm.gpu.engine.EngineFailure;
import io.verillm.models.BuiltInModel;
import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelDirectory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code model calibrate}: measures honest pairs and cheats. */
@Command(
    name = "calibrate",
    description = "Measures honest pairs and cheats and writes the thresholds that follow.")
final class ModelCalibrateCommand implements Callable<Integer> {
  /** Pairs between two lines of progress. */
  private static final int PROGRESS_PAIRS = 40;

  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private ModelsOption models = new ModelsOption();
  @Mixin private DeviceOption device = new DeviceOption();

  @Parameters(paramLabel = "NAME", description = "The built-in model or an imported one.")
  private String name = "";

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "The file to write (default: in the imported model's folder).")
  private @Nullable Path to;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      defaultValue = "240",
      description = "Honest pairs (default: ${DEFAULT-VALUE}).")
  private int pairs;

  @Option(
      names = "--cheat-pairs",
      paramLabel = "N",
      defaultValue = "40",
      description = "Pairs of each cheat (default: ${DEFAULT-VALUE}).")
  private int cheatPairs;

  ModelCalibrateCommand() {}

  @Override
  public Integer call() {
    try {
      boolean builtIn = name.equals(BuiltInModel.NAME);
      if (builtIn && to == null) {
        throw new IllegalArgumentException(
            "the built-in model has its calibration: give --to FILE");
      }
      ModelDirectory directory =
          builtIn ? ModelDirectory.builtIn() : models.store().open(name).directory();
      Path file = to == null ? ServedModel.calibration(models.store().open(name)) : to;
      CalibrateModel.calibrate(
              directory,
              CalibrationPlan.builtIn().withPairs(pairs, cheatPairs),
              device.device(),
              ModelCalibrateCommand::progress)
          .write(file);
      spec.commandLine().getOut().println("calibration written to " + file);
      return ExitCode.OK;
    } catch (InvalidModelException | EngineFailure e) {
      throw CommandFailure.unreachable(e.getMessage());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }

  private static void progress(int done) {
    if (done % PROGRESS_PAIRS == 0) {
      System.err.println(done + " pairs");
    }
  }
}
