package io.verillm.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages as OpenAI's chat interface writes them: an array of objects with {@code role},
 * {@code content} (a text, or an array of {@code {"type": "text", "text": ...}}) and fields that
 * templates may know. A message with {@code tool_calls} needs no content; it is null then.
 */
public final class Conversation {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String ROLE = "role";
  private static final String CONTENT = "content";
  private static final String TOOL_CALLS = "tool_calls";
  private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

  private Conversation() {}

  /**
   * The messages of a JSON text, at least one.
   *
   * @throws IllegalArgumentException naming the message, counted from 1, and its field
   */
  public static List<ChatMessage> parse(String json) {
    JsonNode all;
    try {
      all = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
    if (!all.isArray() || all.isEmpty()) {
      throw new IllegalArgumentException("no array of at least one message");
    }
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode message : all) {
      messages.add(message("message %d: ".formatted(messages.size() + 1), message));
    }
    return messages;
  }

  private static ChatMessage message(String place, JsonNode message) {
    require(message.isObject(), place + "no object but", message);
    JsonNode role = message.path(ROLE);
    require(role.isTextual() && !role.textValue().isEmpty(), place + "role is no text but", role);
    @Nullable String content = content(place + CONTENT, message);
    Map<String, Object> others = new LinkedHashMap<>(JSON.convertValue(message, FIELDS));
    others.keySet().removeAll(List.of(ROLE, CONTENT));
    return new ChatMessage(role.textValue(), content, others);
  }

  private static @Nullable String content(String place, JsonNode message) {
    JsonNode content = message.path(CONTENT);
    boolean none = content.isMissingNode() || content.isNull();
    if (none && message.path(TOOL_CALLS).isArray()) {
      return null;
    }
    if (!content.isArray()) {
      require(content.isTextual(), place + " is no text but", content);
      return content.textValue();
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      boolean known = part.path("type").asText().equals("text") && part.path("text").isTextual();
      require(known, place + " has a part that is no text but", part);
      text.append(part.path("text").textValue());
    }
    return text.toString();
  }

  private static void require(boolean holds, String what, JsonNode found) {
    if (!holds) {
      throw new IllegalArgumentException(what + (found.isMissingNode() ? " missing" : " " + found));
    }
  }
}
