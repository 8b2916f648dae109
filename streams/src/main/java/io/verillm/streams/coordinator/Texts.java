package io.verillm.streams.coordinator;

import io.verillm.protocol.crypto.Hash;

/** Tokenizers of the models that requests may ask for. */
public interface Texts {
  /** Whether the model's tokenizer is at hand. */
  boolean knows(Hash modelId);

  /** Token ids of a prompt, as the model's tokenizer makes them; never empty. */
  int[] encode(Hash modelId, String prompt);

  /** Text of token ids. Ids that end inside a character give its replacement. */
  String decode(Hash modelId, int[] tokenIds);
}
