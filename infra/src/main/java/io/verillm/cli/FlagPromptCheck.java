package io.verillm.cli;

import io.verillm.events.ModelRegistered;
import io.verillm.gpu.generate.LoadedModel;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.flag.FlagPrompt;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.Asked;
import io.verillm.topics.RequestFault;
import io.verillm.topics.RequestLimits;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * What a coordinator would say of what a flag asks: one that is refused costs a bond each time it
 * is drawn.
 *
 * @param model as it is registered
 * @param terms in force
 * @param tokens of a text, by the model's tokenizer
 */
record FlagPromptCheck(ModelRegistered model, Parameters terms, ToIntFunction<String> tokens) {

  /**
   * For flags of a worker's own model.
   *
   * @throws CommandFailure if the model is not registered: nobody admits what asks it
   */
  static FlagPromptCheck of(LoadedModel own, RegistrySnapshot registry) {
    Hash id = own.engine().shape().modelId();
    ModelRegistered registered =
        Optional.ofNullable(registry.models().get(id))
            .orElseThrow(() ->
                CommandFailure.unreachable(
                    "model %s is not registered here, so nobody admits flags that ask it: setup --model registers it"
                        .formatted(id.hex())));
    return new FlagPromptCheck(
        registered,
        Parameters.of(registry.parameters().orElseThrow()),
        text -> own.tokenizer().prompt(text).length);
  }

  /**
   * What is wrong, in words. A slot can ask for as much as half of the model's positions, whatever
   * the prompt asks for by itself.
   */
  Optional<String> fault(FlagPrompt prompt) {
    return Stream.of(prompt, prompt.longest(model.getPositionLimit()))
        .flatMap(asked -> RequestLimits.fault(Asked.of(asked), model, terms, tokens).stream())
        .map(RequestFault::text)
        .findFirst();
  }
}
