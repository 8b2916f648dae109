package io.verillm.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Expected texts come from another implementation of Jinja: resources/chat/render.mjs. */
class ChatTemplateTest {

  @TempDir private Path folder;

  record Case(String template, String name, List<ChatMessage> messages, String text) {
    @Override
    public String toString() {
      return template + "/" + name;
    }
  }

  static Stream<Case> cases() throws IOException {
    JsonNode all = new JsonMapper().readTree(resource("expected.json"));
    return StreamSupport.stream(all.spliterator(), false)
        .map(one -> {
          List<ChatMessage> messages = new ArrayList<>();
          one.path("messages")
              .forEach(m ->
                  messages.add(
                      new ChatMessage(m.path("role").asText(), m.path("content").asText())));
          return new Case(
              one.path("template").asText(),
              one.path("name").asText(),
              messages,
              one.path("text").asText());
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldRenderAsAnotherJinjaDoes(Case example) throws IOException {
    assertThat(template(resource(example.template() + ".jinja")).render(example.messages()))
        .isEqualTo(example.text());
  }

  @Test
  void shouldSayWhatTheTemplateRefuses() throws IOException {
    ChatTemplate llama = template(resource("llama3.jinja"));
    List<ChatMessage> wrong = List.of(new ChatMessage("assistant", "I begin"));
    assertThatThrownBy(() -> llama.render(wrong))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("roles must take turns");
  }

  @Test
  void shouldNotLetATemplateReachJava() throws IOException {
    List<ChatMessage> messages = List.of(new ChatMessage("user", "x"));
    for (String attack :
        List.of(
            "{{ messages.getClass().forName('java.lang.Runtime') }}",
            "{{ ''.getClass().getClassLoader() }}",
            "{% for i in range(1000000000) %}{% for j in range(1000000000) %}x{% endfor %}{% endfor %}")) {
      ChatTemplate template = template(attack.getBytes(StandardCharsets.UTF_8));
      try {
        assertThat(template.render(messages)).hasSizeLessThan(20 << 20).doesNotContain("java.");
      } catch (InvalidModelException e) {
        assertThat(e).hasMessageContaining("chat template");
      }
    }
  }

  @Test
  void shouldSayThatTheBuiltInModelIsNoChatModel() {
    assertThatThrownBy(() -> ChatTemplate.of(ModelDirectory.builtIn()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("chat template");
  }

  private ChatTemplate template(byte[] source) throws IOException {
    Files.write(folder.resolve("chat_template.jinja"), source);
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"bos_token\": {\"content\": \"<|begin|>\"}, \"eos_token\": \"<|end|>\"}");
    return ChatTemplate.of(ModelDirectory.of(folder));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ChatTemplateTest.class.getResourceAsStream("/chat/" + name)) {
      return in.readAllBytes();
    }
  }
}
