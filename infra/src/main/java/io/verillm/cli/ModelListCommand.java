package io.verillm.cli;

import io.verillm.models.BuiltInModel;
import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelStore;
import io.verillm.models.StoredModel;
import io.verillm.models.weights.Variant;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code model list}. */
@Command(name = "list", description = "Lists the built-in model and the imported ones.")
final class ModelListCommand implements Callable<Integer> {
  private static final int ID_SHOWN = 12;

  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private ModelsOption models = new ModelsOption();

  ModelListCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (BuiltInModel builtIn = BuiltInModel.load()) {
      line(out, BuiltInModel.NAME, builtIn.manifest().modelId(), builtIn.config(), Variant.FP32);
    }
    ModelStore store = models.store();
    for (String name : store.names()) {
      try {
        StoredModel model = store.open(name);
        line(out, name, model.manifest().modelId(), model.config(), model.variant());
      } catch (InvalidModelException e) {
        out.println("%-24s damaged: %s".formatted(name, e.getMessage()));
      }
    }
    return ExitCode.OK;
  }

  private static void line(
      PrintWriter out, String name, String modelId, ModelConfig config, Variant variant) {
    out.println(
        "%-24s %s  %,15d parameters  %3d layers  %7d positions%s"
            .formatted(
                name,
                modelId.substring(0, ID_SHOWN),
                config.parameters(),
                config.layers(),
                config.positions(),
                variant == Variant.FP32 ? "" : "  variant " + variant.label()));
  }
}
