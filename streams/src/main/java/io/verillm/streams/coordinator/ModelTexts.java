package io.verillm.streams.coordinator;

import io.verillm.models.Tokenizer;
import io.verillm.protocol.crypto.Hash;
import java.util.Map;

/** Tokenizers of loaded models, by model id. */
public final class ModelTexts implements Texts {
  private final Map<Hash, Tokenizer> tokenizers;

  /** Takes over nothing: the caller closes the tokenizers. */
  public ModelTexts(Map<Hash, Tokenizer> tokenizers) {
    this.tokenizers = Map.copyOf(tokenizers);
  }

  @Override
  public boolean knows(Hash modelId) {
    return tokenizers.containsKey(modelId);
  }

  @Override
  public int[] encode(Hash modelId, String prompt) {
    return tokenizer(modelId).prompt(prompt);
  }

  @Override
  public String decode(Hash modelId, int[] tokenIds) {
    return tokenizer(modelId).decode(tokenIds);
  }

  private Tokenizer tokenizer(Hash modelId) {
    Tokenizer tokenizer = tokenizers.get(modelId);
    if (tokenizer == null) {
      throw new IllegalArgumentException("no tokenizer of model " + modelId);
    }
    return tokenizer;
  }
}
