package io.verillm.gpu.behaviour;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.task.EngineInference;
import io.verillm.gpu.task.Inference;
import io.verillm.models.weights.Variant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How a worker treats its tasks. Demo and tests only: a worker as such takes an {@link Inference}.
 */
public sealed interface Behaviour {
  /** The name in options, tables and reports. */
  String label();

  /** Weights that it runs, whatever was asked for. */
  Variant weights();

  /**
   * What it does.
   *
   * @param engines one engine for each variant that {@link #weights} may name, all for the same
   *     model id
   * @param eosId the model's end token
   */
  Inference inference(Map<Variant, Engine> engines, int eosId);

  /** Computes what it is asked. */
  record Honest() implements Behaviour {
    @Override
    public String label() {
      return "honest";
    }

    @Override
    public Variant weights() {
      return Variant.FP32;
    }

    @Override
    public Inference inference(Map<Variant, Engine> engines, int eosId) {
      return new EngineInference(engine(engines, this), eosId);
    }
  }

  /** Runs cheaper weights in both roles. */
  record CheaperWeights(String label, Variant weights) implements Behaviour {
    @Override
    public Inference inference(Map<Variant, Engine> engines, int eosId) {
      return new EngineInference(engine(engines, this), eosId);
    }
  }

  /**
   * Makes up the rows of a context that ends in an answer: saves every check, generates as asked.
   */
  record Lazy() implements Behaviour {
    @Override
    public String label() {
      return "lazy";
    }

    @Override
    public Variant weights() {
      return Variant.FP32;
    }

    @Override
    public Inference inference(Map<Variant, Engine> engines, int eosId) {
      Engine engine = engine(engines, this);
      return new LazyInference(new EngineInference(engine, eosId), engine.vocabulary());
    }
  }

  /** All that the demo knows. */
  static List<Behaviour> all() {
    return List.of(
        new Honest(),
        new CheaperWeights("int8", Variant.INT8),
        new CheaperWeights("bf16", Variant.BF16_CAST),
        new CheaperWeights("int4", Variant.INT4),
        new CheaperWeights("skipped-layer", Variant.SKIPPED_LAYER),
        new Lazy());
  }

  /**
   * The behaviour of this name.
   *
   * @throws IllegalArgumentException for an unknown name
   */
  static Behaviour named(String label) {
    return all().stream()
        .filter(behaviour -> behaviour.label().equals(label))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no behaviour '%s'; there are %s"
                    .formatted(
                        label, Arrays.toString(all().stream().map(Behaviour::label).toArray()))));
  }

  private static Engine engine(Map<Variant, Engine> engines, Behaviour behaviour) {
    Engine engine = engines.get(behaviour.weights());
    if (engine == null) {
      throw new IllegalArgumentException(
          behaviour.label() + " needs an engine with weights " + behaviour.weights());
    }
    return engine;
  }
}
