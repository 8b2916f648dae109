package io.verillm.gpu.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.gpu.bench.Machine;
import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.Engines;
import io.verillm.models.BuiltInModel;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.sampling.SamplingParameters;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What is equal to the bit where the built-in model runs on a CPU (docs/engine.md, Exactness).
 * Nothing rests on it: limits allow for noise. A failure says that a runtime or processor computes
 * otherwise than those measured, and that the document is to say so.
 */
class ExactnessTest {
  private static final int PROMPT = 37;
  private static final int TOKENS = 48;
  private static final SamplingParameters SAMPLING = new SamplingParameters(0.8, 40, 0.95);

  @Test
  void shouldComputeEqualRootsByDecodingAndByPrefill() {
    EngineOptions usual = EngineOptions.cpu();
    try (BuiltInModel model = BuiltInModel.load();
        Engine author = engine(model, usual)) {
      int[] prompt = new Random(5).ints(PROMPT, 2, model.config().vocabulary()).toArray();
      Hash seed = new Hash(model.manifest().modelIdBytes());
      Generation written =
          Generation.decode(author, prompt, TOKENS, model.config().eosId(), SAMPLING, seed);

      for (EngineOptions options :
          List.of(usual, usual.withChunk(7), usual.withChunk(16), usual.withThreads(2))) {
        try (Engine checker = engine(model, options)) {
          Generation read = Generation.prefill(checker, written.tokens(), PROMPT, written.ended());
          Machine machine = Machine.of(options);
          assertThat(read.trace().root())
              .as(
                  "decoding and a prefill with %d threads and chunks of %d are no longer equal to"
                      + " the bit: %s on %s",
                  options.threads(), options.chunk(), machine.runtime(), machine.processor())
              .isEqualTo(written.trace().root());
        }
      }
    }
  }

  private static Engine engine(BuiltInModel model, EngineOptions options) {
    Hash id = new Hash(model.manifest().modelIdBytes());
    return Engines.load(model.directory(), id, Variant.FP32, options);
  }
}
