package io.verillm.models;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** The decoders of the Llama family, by the name in {@code architectures}. */
enum Architecture {
  /** Llama 2 and 3, SmolLM2, TinyLlama and their like. */
  LLAMA("LlamaForCausalLM"),
  MISTRAL("MistralForCausalLM"),
  /** Qwen2 and Qwen2.5. */
  QWEN2("Qwen2ForCausalLM"),
  QWEN3("Qwen3ForCausalLM");

  private final String label;

  Architecture(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  static Architecture named(String label) {
    return Arrays.stream(values())
        .filter(architecture -> architecture.label.equals(label))
        .findFirst()
        .orElseThrow(() ->
            new InvalidModelException(
                "config.json: architectures is "
                    + label
                    + "; known are "
                    + Arrays.stream(values()).map(a -> a.label).collect(Collectors.joining(", "))));
  }

  /**
   * @param biasSet the setting {@code attention_bias}
   */
  Attention attention(boolean biasSet) {
    return switch (this) {
      case LLAMA -> new Attention(biasSet, biasSet, false);
      case MISTRAL -> Attention.PLAIN;
      case QWEN2 -> new Attention(true, false, false);
      case QWEN3 -> new Attention(biasSet, biasSet, true);
    };
  }

  /** Whether {@code sliding_window} holds unless another setting switches it on. */
  boolean alwaysSlides() {
    return this == MISTRAL;
  }

  /** The window where the file has no {@code sliding_window}; null there means none. */
  OptionalInt defaultWindow() {
    // MistralConfig of transformers.
    return this == MISTRAL ? OptionalInt.of(4096) : OptionalInt.empty();
  }
}
