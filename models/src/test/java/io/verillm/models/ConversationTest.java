package io.verillm.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversationTest {

  @Test
  void shouldJoinPartsAndKeepWhatTemplatesMayKnow() {
    String json =
        """
        [{"role": "user", "name": "Ann", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
         {"role": "assistant", "content": null, "tool_calls": [{"id": 7}]}]
        """;
    assertThat(Conversation.parse(json))
        .containsExactly(
            new ChatMessage("user", "ab", Map.of("name", "Ann")),
            new ChatMessage("assistant", null, Map.of("tool_calls", List.of(Map.of("id", 7)))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null|no array",
        "[]|at least one",
        "{}|no array",
        "[|not JSON",
        "[null]|message 1: no object",
        "[{\"role\": \"user\"}]|message 1: content is no text but missing",
        "[{\"role\": \"user\", \"content\": null}]|message 1: content is no text but null",
        "[{\"role\": \"user\", \"content\": 3}]|message 1: content is no text but 3",
        "[{\"role\": \"user\", \"content\": \"x\"}, {\"content\": \"x\"}]|message 2: role",
        "[{\"role\": \"user\", \"content\": [{\"type\": \"image_url\"}]}]|image_url"
      })
  void shouldNameTheMessageAndItsField(String json, String named) {
    assertThatThrownBy(() -> Conversation.parse(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }
}
