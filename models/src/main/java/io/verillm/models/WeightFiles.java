package io.verillm.models;

import com.fasterxml.jackson.databind.JsonNode;
import io.verillm.models.weights.OpenWeights;
import io.verillm.models.weights.Safetensors;
import io.verillm.models.weights.ShardedWeights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The files that hold a model's weights: one, or those that an index names.
 *
 * @param directory where they are
 * @param index the file in which each tensor lies; empty where there is one file
 */
record WeightFiles(ModelDirectory directory, SortedMap<String, String> index) {

  /**
   * Reads the index, if there is one.
   *
   * @throws InvalidModelException if it names no tensor, or a file that cannot be meant
   */
  static WeightFiles of(ModelDirectory directory) {
    return new WeightFiles(
        directory,
        directory
            .optional(ModelDirectory.INDEX)
            .map(bytes -> index(directory, bytes))
            .orElseGet(TreeMap::new));
  }

  private static SortedMap<String, String> index(ModelDirectory directory, byte[] bytes) {
    String file = ModelDirectory.INDEX;
    JsonNode map = JsonFile.tree(file, bytes).path("weight_map");
    SortedMap<String, String> index = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String name = entry.getValue().asText();
      // A hostile index must not reach files outside the model's folder.
      if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*\\.safetensors")) {
        throw new InvalidModelException(
            "%s: %s: tensor %s lies in '%s'".formatted(directory, file, entry.getKey(), name));
      }
      index.put(entry.getKey(), name);
    }
    if (index.isEmpty()) {
      throw new InvalidModelException(directory + ": " + file + " names no tensor");
    }
    return index;
  }

  /** An index may name that one file alone. */
  private boolean isOne() {
    return names().equals(List.of(ModelDirectory.WEIGHTS));
  }

  /** Their names, in order. */
  List<String> names() {
    return index.isEmpty()
        ? List.of(ModelDirectory.WEIGHTS)
        : List.copyOf(new TreeSet<>(index.values()));
  }

  /**
   * All tensors of all files; close them after use.
   *
   * @throws InvalidModelException naming the file or the tensor
   */
  OpenWeights open() {
    if (isOne()) {
      return directory.weights(ModelDirectory.WEIGHTS);
    }
    Map<String, Safetensors> open = new TreeMap<>();
    try {
      names().forEach(name -> open.put(name, directory.weights(name)));
      return new ShardedWeights(open, index);
    } catch (InvalidModelException e) {
      for (Safetensors file : open.values()) {
        try {
          file.close();
        } catch (IOException closing) {
          e.addSuppressed(closing);
        }
      }
      throw e;
    }
  }

  /** SHA-256 of the one file; of several, a hash of their names and hashes. */
  byte[] hash() {
    if (isOne()) {
      return directory.hash(ModelDirectory.WEIGHTS);
    }
    List<byte[]> fields = new ArrayList<>();
    for (String name : names()) {
      fields.add(Framing.text(name));
      fields.add(directory.hash(name));
    }
    return Framing.hash("weights", fields.toArray(byte[][]::new));
  }
}
