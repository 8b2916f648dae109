package io.verillm.models.weights;

import com.fasterxml.jackson.databind.JsonNode;
import io.verillm.models.InvalidModelException;
import io.verillm.models.JsonFile;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Parses a safetensors header, trusting nothing in it. */
final class Header {

  static final int DIMENSIONS_MAX = 8;

  /** A model of 1,024 layers has 14,339 at most, in one file or several. */
  static final int TENSORS_MAX = 1 << 16;

  private Header() {}

  /**
   * @param size bytes of data after the header
   */
  static Map<String, Slot> parse(byte[] json, long size) {
    JsonNode root = JsonFile.tree("safetensors: header", json);
    if (root.size() > TENSORS_MAX) {
      throw new InvalidModelException(
          "safetensors: header has %d entries, at most %d".formatted(root.size(), TENSORS_MAX));
    }
    Map<String, Slot> slots = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        slots.put(entry.getKey(), slot(entry.getKey(), entry.getValue()));
      }
    }
    requireCover(slots, size);
    return Collections.unmodifiableMap(slots);
  }

  private static Slot slot(String name, JsonNode node) {
    JsonNode offsets = node.path("data_offsets");
    JsonNode dimensions = node.path("shape");
    if (!offsets.isArray() || offsets.size() != 2 || !dimensions.isArray()) {
      throw refused(name, "has no shape or data_offsets", node);
    }
    if (dimensions.size() > DIMENSIONS_MAX) {
      throw refused(name, "has more than " + DIMENSIONS_MAX + " dimensions", dimensions.size());
    }
    ElementType type = type(name, node.path("dtype"));
    int[] shape = new int[dimensions.size()];
    long bytes = type.bytes();
    for (int i = 0; i < shape.length; i++) {
      long dimension = number(name, dimensions.path(i));
      if (dimension > Integer.MAX_VALUE) {
        throw refused(name, "has a dimension", dimension);
      }
      shape[i] = (int) dimension;
      bytes = product(name, bytes, dimension);
    }
    long begin = number(name, offsets.path(0));
    long end = number(name, offsets.path(1));
    if (end < begin || end - begin != bytes) {
      throw refused(name, "needs " + bytes + " bytes, data_offsets are", offsets);
    }
    return new Slot(type, shape, begin, end);
  }

  private static ElementType type(String name, JsonNode node) {
    for (ElementType type : ElementType.values()) {
      if (type.name().equals(node.textValue())) {
        return type;
      }
    }
    throw refused(name, "has dtype", node);
  }

  private static long number(String name, JsonNode node) {
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw refused(name, "has a size or offset", node);
    }
    return node.longValue();
  }

  private static long product(String name, long bytes, long dimension) {
    try {
      return Math.multiplyExact(bytes, dimension);
    } catch (ArithmeticException e) {
      throw refused(name, "has a dimension", dimension);
    }
  }

  private static void requireCover(Map<String, Slot> slots, long size) {
    List<Map.Entry<String, Slot>> inOrder =
        slots.entrySet().stream()
            .sorted(
                Comparator.comparingLong((Map.Entry<String, Slot> e) -> e.getValue().begin())
                    .thenComparingLong(e -> e.getValue().end()))
            .toList();
    long at = 0;
    for (Map.Entry<String, Slot> entry : inOrder) {
      if (entry.getValue().begin() != at) {
        throw refused(
            entry.getKey(),
            "leaves a gap or overlaps: the one before ends at " + at + ", it begins at",
            entry.getValue().begin());
      }
      at = entry.getValue().end();
      if (at > size) {
        throw refused(
            entry.getKey(), "is cut off: the file has " + size + " bytes, it ends at", at);
      }
    }
    if (at != size) {
      throw new InvalidModelException(
          "safetensors: " + (size - at) + " bytes after the last tensor");
    }
  }

  private static InvalidModelException refused(String name, String what, Object value) {
    return new InvalidModelException("safetensors: tensor " + name + " " + what + " " + value);
  }
}
