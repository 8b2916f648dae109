package io.verillm.cli;

import io.verillm.gpu.calibration.CalibrationFile;
import io.verillm.gpu.calibration.CalibrationMismatch;
import io.verillm.gpu.calibration.Limits;
import io.verillm.models.Boundary;
import io.verillm.models.BuiltInModel;
import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelManifest;
import io.verillm.models.Rope;
import io.verillm.models.StoredModel;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code model show}: id, sizes, calibration. */
@Command(name = "show", description = "Shows a model's id, sizes and calibration.")
final class ModelShowCommand implements Callable<Integer> {
  private static final double MIB = 1 << 20;

  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private ModelsOption models = new ModelsOption();

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      defaultValue = BuiltInModel.NAME,
      description = "Which (default: ${DEFAULT-VALUE}).")
  private String name = BuiltInModel.NAME;

  ModelShowCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try {
      if (name.equals(BuiltInModel.NAME)) {
        try (BuiltInModel model = BuiltInModel.load()) {
          show(out, model.manifest(), model.config(), Variant.FP32);
          show(out, CalibrationFile.builtIn(new Hash(model.manifest().modelIdBytes())));
        }
        return ExitCode.OK;
      }
      StoredModel model = models.store().open(name);
      show(out, model.manifest(), model.config(), model.variant());
      out.println("folder       " + model.folder());
      Path calibration = model.calibration();
      if (Files.exists(calibration)) {
        show(out, CalibrationFile.read(calibration, new Hash(model.manifest().modelIdBytes())));
      } else {
        out.println("calibration  none: run ./verillm model calibrate " + name);
      }
      return ExitCode.OK;
    } catch (InvalidModelException | CalibrationMismatch e) {
      throw CommandFailure.unreachable(e.getMessage());
    }
  }

  private static void show(
      PrintWriter out, ModelManifest manifest, ModelConfig config, Variant variant) {
    out.println("name         " + manifest.name());
    out.println("model id     " + manifest.modelId());
    out.println("weights      " + manifest.weightsHash());
    out.println("tokenizer    " + manifest.tokenizerHash());
    out.println("config       " + manifest.configHash());
    out.println("profile      " + manifest.profile().id());
    out.println(
        "variant      "
            + (variant == Variant.FP32
                ? "none"
                : variant.label() + ": the graph's weights are not those of the id"));
    out.println(
        "parameters   %,d, %,.1f MiB in single precision"
            .formatted(config.parameters(), config.parameters() * Float.BYTES / MIB));
    out.println(
        "sizes        %d layers, width %d, inner %d, %d heads and %d key/value heads of %d"
            .formatted(
                config.layers(),
                config.width(),
                config.inner(),
                config.heads(),
                config.kvHeads(),
                config.headSize()));
    out.println(
        "             vocabulary %d, %d positions, ends with %s"
            .formatted(config.vocabulary(), config.positions(), config.eosIds()));
    out.println("             " + String.join(", ", traits(config)));
    out.println(
        "boundaries   "
            + String.join(", ", config.boundaries().stream().map(Boundary::name).toList()));
  }

  private static void show(PrintWriter out, CalibrationFile calibration) {
    out.println(
        "calibration  %s from %d honest pairs and %d of each of %s"
            .formatted(
                calibration.calibrationId(),
                calibration.honestPairs(),
                calibration.origin().cheatPairs(),
                calibration.rowCheats()));
    calibration.rows().forEach(row -> limits(out, "rows at " + row.boundary(), row.limits()));
    limits(out, "mean margin", calibration.meanMargin());
    limits(out, "largest margin", calibration.maximumMargin());
  }

  private static void limits(PrintWriter out, String of, Limits limits) {
    out.println(
        "  %-16s ok to %,d, bad from %,d; honest pairs reached %,d, cheats began at %,d"
            .formatted(
                of, limits.ok(), limits.bad(), limits.highestHonest(), limits.lowestCheat()));
  }

  /** What two models of the same sizes may still differ in. */
  private static List<String> traits(ModelConfig config) {
    List<String> traits = new ArrayList<>();
    traits.add(config.tiedEmbeddings() ? "tied embeddings" : "an output layer of its own");
    if (config.attention().inputBias()) {
      traits.add("biases of query, key and value");
    }
    if (config.attention().outputBias()) {
      traits.add("bias of the attention's output");
    }
    if (config.attention().headNorm()) {
      traits.add("norms of query and key heads");
    }
    traits.add(
        "rope base %,.0f%s"
            .formatted(
                config.rope().theta(),
                switch (config.rope().scaling()) {
                  case Rope.Unscaled plain -> "";
                  case Rope.Linear linear -> ", positions over " + linear.factor();
                  case Rope.Llama3 llama -> ", scaled as Llama 3 by " + llama.factor();
                }));
    return traits;
  }
}
