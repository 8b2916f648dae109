package io.verillm.models;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
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
  private final int eosId;

  private Tokenizer(HuggingFaceTokenizer tokenizer, int eosId) {
    this.tokenizer = tokenizer;
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
    byte[] json = directory.json(ModelDirectory.TOKENIZER);
    requireInside(directory, JsonFile.tree(ModelDirectory.TOKENIZER, json), config.vocabulary());
    Map<String, String> options =
        Map.of("padding", "false", "truncation", "false", "addSpecialTokens", "false");
    try {
      return new Tokenizer(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options),
          config.eosId());
    } catch (IOException | RuntimeException e) {
      throw new InvalidModelException(
          directory + ": tokenizer.json is not a tokenizer: " + e.getMessage(), e);
    }
  }

  private static void requireInside(ModelDirectory directory, JsonNode json, int vocabulary) {
    JsonNode tokens = json.path("model").path("vocab");
    long largest = -1;
    int index = 0;
    for (JsonNode token : tokens) {
      // In a list of tokens the index is the id.
      largest = Math.max(largest, tokens.isArray() ? index++ : id(directory, token));
    }
    for (JsonNode token : json.path("added_tokens")) {
      largest = Math.max(largest, id(directory, token.path("id")));
    }
    if (largest >= vocabulary) {
      throw new InvalidModelException(
          "%s: tokenizer.json has a token %d, the model's vocabulary ends at %d"
              .formatted(directory, largest, vocabulary - 1));
    }
  }

  private static long id(ModelDirectory directory, JsonNode id) {
    if (!id.isIntegralNumber() || !id.canConvertToLong() || id.longValue() < 0) {
      throw new InvalidModelException(
          "%s: tokenizer.json has a token whose id is no id: %s".formatted(directory, id));
    }
    return id.longValue();
  }

  /** The ids of a text alone, without beginning or end. */
  public int[] encode(String text) {
    return ids(text, false);
  }

  /** The ids of a prompt: the text, with the tokens around it that the model expects. */
  public int[] prompt(String text) {
    return ids(text, true);
  }

  private int[] ids(String text, boolean special) {
    return Arrays.stream(tokenizer.encode(text, special, false).getIds())
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  /** The text of ids; special tokens give none, incomplete UTF-8 gives U+FFFD. */
  public String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  /** A decoder for one answer, token by token. */
  public TokenStream stream() {
    return new TokenStream(this::decode);
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
