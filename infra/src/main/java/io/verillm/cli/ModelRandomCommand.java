package io.verillm.cli;

import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelImport;
import io.verillm.models.RandomShape;
import io.verillm.models.StoredModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code model random}: a model of a published shape with random weights. */
@Command(
    name = "random",
    description = "Makes a model of a published shape with random weights, for benchmarks.")
final class ModelRandomCommand implements Callable<Integer> {
  /** {@code --format}. */
  enum Format {
    ONNX,
    HF
  }

  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private ModelsOption models = new ModelsOption();

  @Option(
      names = "--like",
      paramLabel = "SHAPE",
      required = true,
      description = "smollm2-135m, smollm2-360m, qwen2.5-0.5b, qwen3-0.6b, tinyllama-1.1b, ...")
  private String like = "";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Its name here (default: random-SHAPE).")
  private @Nullable String name;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Equal seeds give equal weights (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--format",
      defaultValue = "onnx",
      description = "onnx imports it; hf writes a Hugging Face directory (default: onnx).")
  private Format format = Format.ONNX;

  @Option(names = "--to", paramLabel = "DIR", description = "Where --format hf writes.")
  private @Nullable Path to;

  ModelRandomCommand() {}

  @Override
  public Integer call() {
    return UntilInterrupted.call(this::made);
  }

  private int made() {
    PrintWriter out = spec.commandLine().getOut();
    try {
      RandomShape shape = RandomShape.named(like);
      if (format == Format.HF) {
        if (to == null) {
          throw new IllegalArgumentException("--format hf needs --to DIR");
        }
        if (name != null) {
          throw new IllegalArgumentException("--name is for --format onnx: hf writes to --to DIR");
        }
        ModelImport.writeRandom(shape, seed, to);
        out.println("written to " + to);
        return ExitCode.OK;
      }
      if (to != null) {
        throw new IllegalArgumentException("--to is for --format hf");
      }
      StoredModel model =
          new ModelImport(models.store())
              .random(shape, seed, name == null ? "random-" + like : name);
      out.println(
          "%s: %,d parameters, in %s"
              .formatted(model.manifest().name(), model.config().parameters(), model.folder()));
      return ExitCode.OK;
    } catch (InvalidModelException | IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    } catch (FileAlreadyExistsException e) {
      throw CommandFailure.usage("something lies in %s already".formatted(e.getFile()));
    } catch (IOException | UncheckedIOException e) {
      throw CommandFailure.unreachable("cannot write the model: " + e);
    }
  }
}
