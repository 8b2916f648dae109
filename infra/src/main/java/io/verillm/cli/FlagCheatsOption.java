package io.verillm.cli;

import io.verillm.deploy.ClosingOrder;
import io.verillm.gpu.calibration.Cheat;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.generate.LoadedModel;
import io.verillm.gpu.task.EngineInference;
import io.verillm.gpu.task.LoadedOnUse;
import io.verillm.gpu.worker.FlagCheat;
import io.verillm.models.weights.OpenWeights;
import io.verillm.models.weights.Variant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --flag-cheats}: what a worker's BAD flags run. */
final class FlagCheatsOption {
  private static final String NAME = "--flag-cheats";

  /** Weights that each need a model's memory once more: a worker takes one of these for itself. */
  private static final List<Cheat> CHEAPER_WEIGHTS = List.of(Cheat.INT8, Cheat.INT4);

  @Option(
      names = NAME,
      paramLabel = "NAME",
      split = ",",
      description =
          "Cheats that BAD flags run, one drawn for each flag (default: for the built-in model all"
              + " that checkers find; for another those that need no other weights, and int8 or"
              + " int4).")
  private @Nullable List<String> names;

  FlagCheatsOption() {}

  /**
   * Those of a worker. Other weights lie in engines that are loaded when the first flag runs them.
   *
   * @param parts closes these
   * @throws CommandFailure with the name of one that nobody could find
   */
  List<FlagCheat> open(
      ClosingOrder parts,
      String worker,
      LoadedModel own,
      ModelOption model,
      EngineOptions options) {
    return kinds(worker, model.isBuiltIn()).stream()
        .map(kind -> cheat(kind, parts, own, model, options))
        .toList();
  }

  private List<Cheat> kinds(String worker, boolean builtIn) {
    if (names != null) {
      return names.stream().distinct().map(FlagCheatsOption::named).toList();
    }
    if (builtIn) {
      return FlagCheat.found();
    }
    List<Cheat> kinds = new ArrayList<>(FlagCheat.ofOwnWeights());
    kinds.add(CHEAPER_WEIGHTS.get(Math.floorMod(worker.hashCode(), CHEAPER_WEIGHTS.size())));
    return kinds;
  }

  private static Cheat named(String label) {
    return Arrays.stream(Cheat.values())
        .filter(kind -> kind.label().equals(label))
        .findFirst()
        .orElseThrow(() ->
            CommandFailure.usage(
                "%s: no cheat '%s'; there are %s"
                    .formatted(
                        NAME, label, FlagCheat.found().stream().map(Cheat::label).toList())));
  }

  private static FlagCheat cheat(
      Cheat kind, ClosingOrder parts, LoadedModel own, ModelOption model, EngineOptions options) {
    int eosId = own.config().eosId();
    try {
      if (FlagCheat.requireFound(kind).weights() == Variant.FP32) {
        return new FlagCheat(kind, new EngineInference(own.engine(), eosId));
      }
      requireChange(kind, own);
      return new FlagCheat(
          kind,
          parts.add(
              "flags",
              new LoadedOnUse(
                  own.engine().shape(), eosId, model.changed(own, kind.weights(), options))));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(NAME + ": " + e.getMessage());
    }
  }

  private static void requireChange(Cheat kind, LoadedModel own) {
    try (OpenWeights weights = own.directory().weights()) {
      if (!kind.weights().changes(weights, own.config())) {
        throw new IllegalArgumentException(
            kind.label() + " changes nothing in this model's weights, so nobody would find it");
      }
    } catch (IOException e) {
      throw CommandFailure.unreachable("cannot read the weights: " + e.getMessage());
    }
  }
}
