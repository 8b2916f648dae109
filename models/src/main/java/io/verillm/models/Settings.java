package io.verillm.models;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/**
 * Settings of {@code config.json}, or of an object in it. What is null is not set.
 *
 * @param tree a JSON object
 */
record Settings(JsonNode tree) {

  /**
   * Refuses what could change the computation in a way that is not known here.
   *
   * @throws InvalidModelException naming the setting
   */
  void requireKnown(Set<String> known) {
    for (Map.Entry<String, JsonNode> setting : tree.properties()) {
      boolean set = !setting.getValue().isNull();
      require(
          known.contains(setting.getKey()) || !set,
          setting.getKey() + " is not a setting that is known here",
          setting.getValue());
    }
    require(
        real("partial_rotary_factor", 1) == 1,
        "partial_rotary_factor is not 1",
        tree.path("partial_rotary_factor"));
  }

  boolean absent(String name) {
    return tree.path(name).isMissingNode() || tree.path(name).isNull();
  }

  int integer(String name) {
    JsonNode node = tree.path(name);
    require(node.isInt(), name + " is not an integer", node.isMissingNode() ? "missing" : node);
    return node.intValue();
  }

  int integer(String name, int otherwise) {
    return absent(name) ? otherwise : integer(name);
  }

  double real(String name, double otherwise) {
    if (absent(name)) {
      return otherwise;
    }
    JsonNode node = tree.path(name);
    require(node.isNumber(), name + " is not a number", node);
    return node.doubleValue();
  }

  boolean flag(String name, boolean otherwise) {
    if (absent(name)) {
      return otherwise;
    }
    JsonNode node = tree.path(name);
    require(node.isBoolean(), name + " is not true or false", node);
    return node.booleanValue();
  }

  /**
   * Refuses a value.
   *
   * @throws InvalidModelException with the message and the value, unless it holds
   */
  static void require(boolean holds, String message, Object value) {
    if (!holds) {
      throw new InvalidModelException(
          "%s: %s: %s".formatted(ModelDirectory.CONFIG, message, value));
    }
  }
}
