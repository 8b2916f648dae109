package io.verillm.models;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * Text to token ids and back, by the model's own {@code tokenizer.json}. Safe for use by many
 * threads; holds native memory until closed.
 */
public final class Tokenizer implements AutoCloseable {

  private static final String OFFLINE = "ai.djl.offline";

  private final HuggingFaceTokenizer tokenizer;
  private final int bosId;
  private final int eosId;

  private Tokenizer(HuggingFaceTokenizer tokenizer, int bosId, int eosId) {
    this.tokenizer = tokenizer;
    this.bosId = bosId;
    this.eosId = eosId;
  }

  /**
   * Loads {@code tokenizer.json}; never uses the network.
   *
   * @throws InvalidModelException if it is missing or not a tokenizer
   */
  public static Tokenizer load(ModelDirectory directory) {
    // The library would otherwise report its use to its makers, and may look for downloads.
    if (System.getProperty(OFFLINE) == null && System.getenv("DJL_OFFLINE") == null) {
      System.setProperty(OFFLINE, "true");
    }
    ModelConfig config = directory.config();
    byte[] json = directory.json("tokenizer.json");
    Map<String, String> options =
        Map.of("padding", "false", "truncation", "false", "addSpecialTokens", "false");
    try {
      return new Tokenizer(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options),
          config.bosId(),
          config.eosId());
    } catch (IOException | RuntimeException e) {
      throw new InvalidModelException(
          directory + ": tokenizer.json is not a tokenizer: " + e.getMessage(), e);
    }
  }

  /** The ids of a text alone, without beginning or end. */
  public int[] encode(String text) {
    return Arrays.stream(tokenizer.encode(text, false, false).getIds())
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  /** The ids of a prompt: the beginning token, then the text. */
  public int[] prompt(String text) {
    int[] ids = encode(text);
    int[] prompt = new int[ids.length + 1];
    prompt[0] = bosId;
    System.arraycopy(ids, 0, prompt, 1, ids.length);
    return prompt;
  }

  /** The text of ids; special tokens give none, incomplete UTF-8 gives U+FFFD. */
  public String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  /** A decoder for one answer, token by token. */
  public TokenStream stream() {
    return new TokenStream(this::decode);
  }

  /** The token that begins a prompt. */
  public int bosId() {
    return bosId;
  }

  /** The token that ends an answer. */
  public int eosId() {
    return eosId;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
