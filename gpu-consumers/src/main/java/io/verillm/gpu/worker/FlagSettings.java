package io.verillm.gpu.worker;

import io.verillm.gpu.task.Inference;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.flag.FlagPrompt;
import io.verillm.topics.KafkaAccess;
import java.util.List;
import java.util.Map;

/**
 * What a worker needs to plant the flags that it owes.
 *
 * @param poster access of a user that may write requests and is not the worker's own
 * @param prompts what planted requests ask for, at least one
 * @param cheat name of the cheat that BAD flags run
 * @param bad how that cheat computes each model of the prompts, under the honest profile
 */
public record FlagSettings(
    KafkaAccess poster, List<FlagPrompt> prompts, String cheat, Map<Hash, Inference> bad) {
  /** Cheaper weights that opened rows always show; by worker in turn, so that both are met. */
  private static final List<Variant> CHEATS = List.of(Variant.INT8, Variant.INT4);

  /** Refuses prompts for which there is no cheat: their BAD flags could not be planted. */
  public FlagSettings {
    prompts = List.copyOf(prompts);
    bad = Map.copyOf(bad);
    for (FlagPrompt prompt : prompts) {
      if (!bad.containsKey(prompt.modelId())) {
        throw new IllegalArgumentException("no cheat for model " + prompt.modelId().hex());
      }
    }
  }

  /**
   * Flags of one model.
   *
   * @param cheat what its weights are changed into
   * @param bad how those compute
   */
  public static FlagSettings of(
      KafkaAccess poster, List<FlagPrompt> prompts, Variant cheat, Inference bad) {
    return new FlagSettings(poster, prompts, cheat.label(), Map.of(bad.shape().modelId(), bad));
  }

  /** What a worker's BAD flags run where nobody says it. */
  public static Variant cheat(String worker) {
    return CHEATS.get(Math.floorMod(worker.hashCode(), CHEATS.size()));
  }
}
