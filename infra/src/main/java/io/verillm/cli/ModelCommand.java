package io.verillm.cli;

import io.verillm.gpu.calibration.CalibrateModel;
import io.verillm.gpu.calibration.CalibrationFile;
import io.verillm.gpu.calibration.CalibrationMismatch;
import io.verillm.gpu.calibration.CalibrationPlan;
import io.verillm.models.Boundary;
import io.verillm.models.BuiltInModel;
import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelDirectory;
import io.verillm.models.ModelManifest;
import io.verillm.protocol.crypto.Hash;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code model}: the built-in model and its calibration. */
@Command(name = "model", description = "Shows the built-in model, or measures it anew.")
final class ModelCommand implements Runnable {
  /** Pairs between two lines of progress. */
  private static final int PROGRESS_PAIRS = 40;

  @Spec private CommandSpec spec;

  ModelCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "show or calibrate?");
  }

  @Command(name = "show", description = "Shows its id, sizes and calibration.")
  int show(@Mixin LogOption log) {
    PrintWriter out = spec.commandLine().getOut();
    try (BuiltInModel model = BuiltInModel.load()) {
      manifest(out, model.manifest());
      config(out, model.config());
      calibration(out, CalibrationFile.builtIn(new Hash(model.manifest().modelIdBytes())));
      return ExitCode.OK;
    } catch (InvalidModelException | CalibrationMismatch e) {
      throw CommandFailure.unreachable(e.getMessage());
    }
  }

  private static void manifest(PrintWriter out, ModelManifest manifest) {
    out.println("name         " + manifest.name());
    out.println("model id     " + manifest.modelId());
    out.println("weights      " + manifest.weightsHash());
    out.println("tokenizer    " + manifest.tokenizerHash());
    out.println("config       " + manifest.configHash());
    out.println("profile      " + manifest.profile().id());
  }

  private static void config(PrintWriter out, ModelConfig config) {
    out.println(
        "sizes        %d layers, width %d, vocabulary %d, %d positions"
            .formatted(config.layers(), config.width(), config.vocabulary(), config.positions()));
    out.println(
        "boundaries   "
            + String.join(", ", config.boundaries().stream().map(Boundary::name).toList()));
  }

  private static void calibration(PrintWriter out, CalibrationFile calibration) {
    out.println(
        "calibration  %s from %d honest pairs and %d of each of %s"
            .formatted(
                calibration.calibrationId(),
                calibration.honestPairs(),
                calibration.cheatPairs(),
                calibration.rowCheats()));
    calibration
        .rows()
        .forEach(row -> out.println("  rows at %s: %s".formatted(row.boundary(), row.limits())));
    out.println("  mean margin: " + calibration.meanMargin());
    out.println("  largest margin: " + calibration.maximumMargin());
  }

  @Command(
      name = "calibrate",
      description = "Measures honest pairs and cheats and writes the thresholds that follow.")
  int calibrate(
      @Parameters(paramLabel = "FILE", description = "The file to write.") Path file,
      @Option(
              names = "--pairs",
              paramLabel = "N",
              defaultValue = "240",
              description = "Honest pairs (default: ${DEFAULT-VALUE}).")
          int pairs,
      @Option(
              names = "--cheat-pairs",
              paramLabel = "N",
              defaultValue = "40",
              description = "Pairs of each cheat (default: ${DEFAULT-VALUE}).")
          int cheatPairs,
      @Mixin LogOption log) {
    try {
      CalibrateModel.calibrate(
              ModelDirectory.builtIn(),
              CalibrationPlan.builtIn().withPairs(pairs, cheatPairs),
              ModelCommand::progress)
          .write(file);
      spec.commandLine().getOut().println("calibration written to " + file);
      return ExitCode.OK;
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }

  private static void progress(int pairs) {
    if (pairs % PROGRESS_PAIRS == 0) {
      System.err.println(pairs + " pairs");
    }
  }
}
