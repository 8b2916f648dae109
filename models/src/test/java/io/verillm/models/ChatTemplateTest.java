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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Expected texts come from another implementation of Jinja: resources/chat/render.mjs. */
class ChatTemplateTest {

  private static final List<ChatMessage> ONE = List.of(new ChatMessage("user", "x"));

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
    for (String attack :
        List.of(
            "{{ messages.getClass().forName('java.lang.Runtime') }}",
            "{{ ''.getClass().getClassLoader() }}",
            "{{ ''['class'] }}",
            "{% set x = 'aaaaaaaaaaaaaaaa' %}{% for i in range(40) %}{% set x = x ~ x %}{% endfor %}{{ x }}",
            "{% for i in range(1000000000) %}{% for j in range(1000000000) %}x{% endfor %}{% endfor %}")) {
      try {
        ChatTemplate template = template(attack);
        assertThat(template.render(ONE)).hasSizeLessThan(20 << 20).doesNotContain("java.");
      } catch (InvalidModelException e) {
        assertThat(e).hasMessageContaining("chat template");
      }
    }
  }

  @Test
  void shouldEndATemplateThatNeverWould() throws IOException {
    ChatTemplate template =
        template(
            "{% for i in range(1000) %}{% for j in range(1000) %}{% for k in range(1000) %}"
                + "{% endfor %}{% endfor %}{% endfor %}");
    assertThatThrownBy(() -> template.render(ONE, Duration.ofMillis(200)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("not done after 200 ms");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "'xxaxx'.strip('x') # a",
        "'xxaxx'.lstrip('x') # axx",
        "'xxaxx'.rstrip('x') # xxa",
        "'a,b,c'.split(',', 1)|length # 2",
        "'a,b,c'.split(',')[::-1]|join('') # cba",
        "' a  b '.split()|join('-') # a-b",
        "'Ab'.upper() ~ 'Ab'.lower() # ABab",
        "'Ab'.startswith('A') and not 'Ab'.endswith('A') # true",
        "namespace(n=messages|length + 1, m=[1, 2]).n # 2",
        "namespace(n='a=(b', m=(1 + 2) * 2).m # 6",
        "strftime_now is defined # false"
      })
  void shouldReadExpressionsAsPythonDoes(String expression, String value) throws IOException {
    assertThat(template("{{ " + expression + " }}").render(ONE)).isEqualTo(value);
  }

  @Test
  void shouldPassFieldsThatTheTemplateMayKnow() throws IOException {
    ChatTemplate template =
        template("{% for m in messages %}{{ m.name is defined }}{{ m.name }}{% endfor %}");
    assertThat(
            template.render(
                List.of(new ChatMessage("user", "x", Map.of("name", "Ann")), ONE.getFirst())))
        .isEqualTo("trueAnnfalse");
  }

  @Test
  void shouldNameTheLineOfTheFile() throws IOException {
    ChatTemplate template =
        template("a\n\n{#- b\n\n-#}\n\n{%- if true -%}\n\nc\n{{ 'd'.other() }}\n{% endif %}");
    assertThatThrownBy(() -> template.render(ONE)).hasMessageContaining("line 10");
  }

  @Test
  void shouldPassOverMarksOfWhatTheModelWrote() throws IOException {
    assertThat(template("{% generation %}\nx{% endgeneration %}").render(ONE)).isEqualTo("x");
  }

  @Test
  void shouldSayThatTheBuiltInModelIsNoChatModel() {
    assertThatThrownBy(() -> ChatTemplate.of(ModelDirectory.builtIn()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("chat template");
  }

  private ChatTemplate template(String source) throws IOException {
    return template(source.getBytes(StandardCharsets.UTF_8));
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
