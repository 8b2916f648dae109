package io.verillm.gpu.worker;

import io.verillm.protocol.flag.FlagPrompt;
import io.verillm.topics.KafkaAccess;
import java.util.List;

/**
 * What a worker needs to plant the flags that it owes.
 *
 * @param poster access of a user that may write requests and is not the worker's own
 * @param prompts what planted requests ask for, at least one
 * @param cheats what BAD flags can run, under the honest profile
 */
public record FlagSettings(KafkaAccess poster, List<FlagPrompt> prompts, List<FlagCheat> cheats) {
  /** Copies the lists. */
  public FlagSettings {
    prompts = List.copyOf(prompts);
    cheats = List.copyOf(cheats);
  }
}
