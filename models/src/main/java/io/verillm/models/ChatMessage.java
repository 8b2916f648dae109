package io.verillm.models;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code user}, {@code assistant}, or what else the template knows
 * @param content its text; null where there is none, such as beside a call of a tool
 * @param others further fields that the template may know, such as {@code name}: texts, numbers,
 *     lists, maps or null
 */
public record ChatMessage(String role, @Nullable String content, Map<String, Object> others) {

  /** Copies the fields, whose values may be null. */
  public ChatMessage {
    others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
  }

  /** A turn with nothing else. */
  public ChatMessage(String role, String content) {
    this(role, content, Map.of());
  }

  /** All of it, as templates see it. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>(others);
    fields.put("role", role);
    fields.put("content", content);
    return fields;
  }
}
