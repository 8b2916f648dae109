package io.verillm.cli;

import io.verillm.gpu.calibration.CalibrationFile;
import io.verillm.gpu.calibration.CalibrationMismatch;
import io.verillm.models.BuiltInModel;
import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelManifest;
import io.verillm.protocol.crypto.Hash;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code model verify}: whether a model's files are those that were imported. */
@Command(
    name = "verify",
    description = "Reads all of a model's files and compares them with those of its import.")
final class ModelVerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private ModelsOption models = new ModelsOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      defaultValue = BuiltInModel.NAME,
      description = "The built-in model or an imported one (default: ${DEFAULT-VALUE}).")
  private String name = BuiltInModel.NAME;

  ModelVerifyCommand() {}

  @Override
  public Integer call() {
    try {
      ModelManifest manifest =
          name.equals(BuiltInModel.NAME)
              ? builtIn()
              : models.store().open(name).intact().manifest();
      spec.commandLine()
          .getOut()
          .println("%s is intact: id %s".formatted(name, manifest.modelId()));
      return ExitCode.OK;
    } catch (InvalidModelException | CalibrationMismatch e) {
      throw isThere()
          ? CommandFailure.bad(e.getMessage())
          : CommandFailure.unreachable(e.getMessage());
    }
  }

  private boolean isThere() {
    return name.equals(BuiltInModel.NAME) || models.store().names().contains(name);
  }

  /** Its id is that of its files; its calibration, made before, says which that was. */
  private static ModelManifest builtIn() {
    try (BuiltInModel model = BuiltInModel.load()) {
      CalibrationFile.builtIn(new Hash(model.manifest().modelIdBytes()));
      return model.manifest();
    }
  }
}
