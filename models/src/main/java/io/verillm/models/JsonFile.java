package io.verillm.models;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** Reads JSON files of strangers. */
public final class JsonFile {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonFile() {}

  /**
   * A JSON object.
   *
   * @throws InvalidModelException naming the file
   */
  public static JsonNode tree(String name, byte[] json) {
    try {
      JsonNode tree = JSON.readTree(json);
      if (tree != null && tree.isObject()) {
        return tree;
      }
    } catch (IOException e) {
      throw new InvalidModelException(name + " is not JSON: " + e.getMessage(), e);
    }
    throw new InvalidModelException(name + " is not a JSON object");
  }
}
