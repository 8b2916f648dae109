package io.verillm.cli;

import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelImport;
import io.verillm.models.StoredModel;
import io.verillm.models.weights.Variant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code model import}: from a Hugging Face directory. */
@Command(
    name = "import",
    description = {
      "Imports a Hugging Face directory: Llama 2 and 3, Mistral, Qwen2, Qwen2.5, Qwen3, SmolLM2.",
      "The files are copied and a graph with all weights in single precision is made beside them."
    })
final class ModelImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private ModelsOption models = new ModelsOption();

  @Parameters(
      paramLabel = "DIR",
      description = "config.json, *.safetensors, tokenizer.json, tokenizer_config.json.")
  private Path source = Path.of("");

  @Option(names = "--name", paramLabel = "NAME", required = true, description = "Its name here.")
  private String name = "";

  @Option(
      names = "--variant",
      paramLabel = "VARIANT",
      defaultValue = "FP32",
      description =
          "Weights changed for tests, under the honest model's id; workers refuse them without"
              + " --cheat: ${COMPLETION-CANDIDATES}"
              + " (default: ${DEFAULT-VALUE}, unchanged).")
  private Variant variant = Variant.FP32;

  ModelImportCommand() {}

  @Override
  public Integer call() {
    return UntilInterrupted.call(this::imported);
  }

  private int imported() {
    if (!Files.isDirectory(source)) {
      throw CommandFailure.unreachable("there is no folder " + source);
    }
    try {
      StoredModel model = new ModelImport(models.store()).run(source, name, variant);
      spec.commandLine()
          .getOut()
          .println(
              "%s: %,d parameters, id %s, in %s"
                  .formatted(
                      name,
                      model.config().parameters(),
                      model.manifest().modelId(),
                      model.folder()));
      return ExitCode.OK;
    } catch (InvalidModelException e) {
      throw CommandFailure.bad(e.getMessage());
    } catch (FileAlreadyExistsException e) {
      throw CommandFailure.usage("there is a model '%s' already: %s".formatted(name, e.getFile()));
    } catch (IOException | UncheckedIOException e) {
      throw CommandFailure.unreachable("cannot import %s: %s".formatted(source, e));
    }
  }
}
