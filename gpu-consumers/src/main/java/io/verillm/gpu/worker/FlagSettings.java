package io.verillm.gpu.worker;

import io.verillm.gpu.task.Inference;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.flag.FlagPrompt;
import io.verillm.topics.KafkaAccess;
import java.util.List;
import java.util.Map;

/**
 * What a worker needs to plant the flags that it owes.
 *
 * @param requester access of a user that may write requests and is not the worker's own
 * @param prompts what planted requests ask for, at least one
 * @param cheat name of the cheat that BAD flags run
 * @param bad how that cheat computes each model of the prompts, under the honest profile
 */
public record FlagSettings(
    KafkaAccess requester, List<FlagPrompt> prompts, String cheat, Map<Hash, Inference> bad) {
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
}
