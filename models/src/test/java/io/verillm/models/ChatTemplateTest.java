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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Expected texts come from other implementations of Jinja: render.mjs and render.py of
 * resources/chat.
 */
class ChatTemplateTest {

  private static final List<ChatMessage> ONE = List.of(new ChatMessage("user", "x"));

  @TempDir private Path folder;

  /**
   * @param text nothing if the template refuses
   */
  record Case(String template, String name, List<ChatMessage> messages, Optional<String> text) {
    @Override
    public String toString() {
      return template + "/" + name;
    }
  }

  static Stream<Case> cases() throws IOException {
    JsonNode all = new JsonMapper().readTree(resource("expected.json"));
    return StreamSupport.stream(all.spliterator(), false)
        .map(one -> {
          List<ChatMessage> messages = Conversation.parse(one.path("messages").toString());
          return new Case(
              one.path("template").asText(),
              one.path("name").asText(),
              messages,
              Optional.ofNullable(one.path("text").textValue()));
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldRenderAsAnotherJinjaDoes(Case example) throws IOException {
    ChatTemplate template = template(resource(example.template() + ".jinja"));
    if (example.text().isEmpty()) {
      assertThatThrownBy(() -> template.render(example.messages()))
          .isInstanceOf(InvalidModelException.class)
          .hasMessageMatching("chat template: (roles must take turns|one call at a time).*");
    } else {
      assertThat(template.render(example.messages())).isEqualTo(example.text().get());
    }
  }

  @Test
  void shouldSayWhatTheTemplateRefuses() throws IOException {
    ChatTemplate llama = template(resource("llama3.jinja"));
    List<ChatMessage> wrong = List.of(new ChatMessage("assistant", "I begin"));
    assertThatThrownBy(() -> llama.render(wrong))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("roles must take turns");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ messages.getClass().forName('java.lang.Runtime') }}",
        "{{ ''.getClass().getClassLoader() }}",
        "{{ ''['class'] }}",
        "{% for class, bytes in ['x'] %}{{ class }}{% endfor %}",
        "{% for bytes in ['x'] %}{{ bytes.bytes }}{{ bytes.chars() }}{% endfor %}",
        "{% for config, q in [____int3rpr3t3r____] %}{{ config }}{% endfor %}",
        "{% set i = messages['____int3r' ~ 'pr3t3r____'] %}{{ i.config }}{{ i.context }}",
        "{% set i = messages['____int3r' ~ 'pr3t3r____'] %}"
            + "{% for config, q in [i] %}{{ config }}{% endfor %}",
        "{% set i = messages['____int3r' ~ 'pr3t3r____'] %}{{ i.render('{{ 1 }}') }}",
        "{% set i = [messages['____int3r' ~ 'pr3t3r____']] %}{{ i|map(attribute='config')|list }}",
        "{% set i = [messages['____int3r' ~ 'pr3t3r____']] %}{{ i|map('attr', 'config')|list }}",
        "{% set i = [messages['____int3r' ~ 'pr3t3r____']] %}{{ i|sort(false, false, 'config') }}",
        "{% set i = [messages['____int3r' ~ 'pr3t3r____']] %}{{ i|selectattr('config')|list }}",
        "{{ messages['____int3r' ~ 'pr3t3r____']|tojson }}",
        "{{ messages['filter:tojson']['class'] }}{{ messages['filter:tojson'].getName() }}",
        "{{ messages|attr('class') }}",
        "{{ messages|pprint }}",
        "{{ messages|map('pprint')|list }}",
        "{{ '{{ 7 * 7 }}'|render }}",
        "{{ '{a: !!javax.script.ScriptEngineManager []}'|fromyaml }}",
        "{{ 'x'|log }}",
        "{% for i in [1] %}{{ type(i) }}{% endfor %}",
        "{% for i in [1] %}{{ fn:list(i) }}{{ today() }}{% endfor %}",
        "{% include 'logback.xml' %}",
        "{% import 'logback.xml' as x %}",
        "{% from 'logback.xml' import x %}",
        "{% extends 'logback.xml' %}",
        "{% do messages.clear() %}",
        "{% macro m() %}x{% endmacro %}{{ m.getClass() }}{{ m.evaluate() }}",
        "{{ loop.getClass() }}{% for i in [1] %}{{ loop.class }}{{ loop.next() }}{% endfor %}",
        "{{ range(3).stream() }}",
        "{{ namespace(a=1).getClass() }}",
        "{{ config }}{{ context }}{{ self.class }}{{ this.class }}{{ __macros__.class }}",
      })
  void shouldNotLetATemplateReachJava(String attack) throws IOException {
    // Its bare name is the most that a template gets of the interpreter.
    String nothing = "(\\s|[\\[\\],]|null|com\\.hubspot\\.jinjava\\.\\w+\\.\\w+@[0-9a-f]+)*";
    try {
      assertThat(template(attack).render(ONE)).matches(nothing);
    } catch (InvalidModelException e) {
      assertThat(e)
          .hasMessageContaining("chat template")
          .hasMessageNotContainingAny("Exception", "com.hubspot");
    }
  }

  @Test
  void shouldWriteNoFileThatATemplateNames() throws IOException {
    Path file = folder.resolve("written");
    String attack =
        "{%% for config, q in [%s] %%}{%% for objectMapper, z in [config] %%}"
            + "{%% for typeFactory, y in [objectMapper] %%}"
            + "{%% set f = objectMapper.readValue('\\\"FILE\\\"',"
            + " typeFactory.constructFromCanonical('java.io.File')) %%}"
            + "{{ objectMapper.writeValue(f, 'x') }}"
            + "{%% endfor %%}{%% endfor %%}{%% endfor %%}";
    for (String interpreter :
        List.of("____int3rpr3t3r____", "messages['____int3r' ~ 'pr3t3r____']")) {
      try {
        template(attack.formatted(interpreter).replace("FILE", file.toString())).render(ONE);
      } catch (InvalidModelException refused) {
        assertThat(refused).hasMessageContaining("chat template");
      }
      assertThat(file).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% set x = 'aaaaaaaaaaaaaaaa' %}{% for i in range(40) %}{% set x = x ~ x %}{% endfor %}{{ x }}",
        "{% for i in range(1000000000) %}{% for j in range(1000000000) %}x{% endfor %}{% endfor %}",
        "{% set x = namespace(l=[1]) %}{% for i in range(40) %}{% set x.l = x.l + x.l %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% set x = 'aaaaaaaaaa' %}{% for i in range(6) %}"
            + "{% set x = x.replace('a', x) %}{% endfor %}{{ x }}",
        "{% set x = 'aaaaaaaaaa' %}{% for i in range(6) %}"
            + "{% set x = x|replace('a', x) %}{% endfor %}{{ x }}",
        "{% set x = 'a,a,a,a,a,' %}{% for i in range(7) %}"
            + "{% set x = x.replace('a', x) %}{% endfor %}{{ x.split(',')|length }}",
      })
  void shouldBoundWhatATemplateMakes(String attack) throws IOException {
    try {
      assertThat(template(attack).render(ONE)).hasSizeLessThan(20 << 20);
    } catch (InvalidModelException e) {
      assertThat(e).hasMessageContaining("chat template");
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
        "'Ab'.startswith('A') and not 'Ab'.endswith('A') # True",
        "namespace(n=messages|length + 1, m=[1, 2]).n # 2",
        "namespace(n='a=(b', m=(1 + 2) * 2).m # 6",
        "not messages|length == 2 # True",
        "not 1 == 2 and not 2 == 2 # False",
        "1 not in [2] and 1 is not none and not (1 in [2]) # True",
        "not not 'a' == 'a' # True",
        "('x' if not 1 == 2 else 'y') # x",
        "'text'.content is defined # False",
        "'text' is iterable and not 1 is iterable and [] is sequence # True",
        "'a-b'.replace('-', '+') # a+b",
        "messages[0].items()|length # 2",
        "messages[0].get('none', 'd') ~ messages[0].get('role') # duser",
        "[1, 2.5, 1e30, 2.0, true, none, 'é\"']|tojson # [1, 2.5, 1e+30, 2.0, true, null, \"é\\\"\"]",
        "strftime_now is defined # False"
      })
  void shouldReadExpressionsAsPythonDoes(String expression, String value) throws IOException {
    assertThat(template("{{ " + expression + " }}").render(ONE)).isEqualTo(value);
  }

  static Stream<Arguments> printed() throws IOException {
    JsonNode all = new JsonMapper().readTree(resource("printed.json"));
    return StreamSupport.stream(all.spliterator(), false)
        .map(one -> Arguments.of(one.path("expression").asText(), one.path("text").asText()));
  }

  @ParameterizedTest
  @MethodSource("printed")
  void shouldPrintAsPythonDoes(String expression, String text) throws IOException {
    List<ChatMessage> messages =
        Conversation.parse(
            """
            [{"role": "user", "content": "x", "name": null, "number": 6, "deep": {"gone": null}}]
            """);
    assertThat(template("{{ " + expression + " }}").render(messages)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "{{ messages }} # without tojson",
        "{{ messages[0] }} # without tojson",
        "{{ nothing_at_all|tojson }} # not defined",
        "{% for m in messages %}{{ loop.previtem }}{% endfor %} # previtem",
        "{% for m in messages %}{{ loop.depth }}{% endfor %} # depth",
        "{% for m in none %}x{% endfor %} # goes through None",
        "{{ none|length }} # length",
        "{% raw %}{{ x }}{% endraw %} # raw",
        "{{ 'a'|indent(2000000000) }} # indent",
        "{{ 'aa'|replace('a', 'b', 1) }} # replace with 3 arguments",
      })
  void shouldNameWhatItDoesNotReadAsPythonDoes(String template, String named) {
    assertThatThrownBy(() -> template(template).render(ONE))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("chat template")
        .hasMessageContaining(named);
  }

  @Test
  void shouldRefuseATemplateThatIsTooLongOrTooDeepToRead() {
    String text = "x".repeat((1 << 18) + 1);
    assertThatThrownBy(() -> template(text)).hasMessageContaining("over 262144 characters");
    String deep = "{{ " + "(".repeat(100_000) + " }}";
    assertThatThrownBy(() -> template(deep)).hasMessageContaining("more than 64 brackets");
    String blocks = "{% if true %}".repeat(15_000) + "{% endif %}".repeat(5_000);
    assertThatThrownBy(() -> template(blocks).render(ONE))
        .isInstanceOf(InvalidModelException.class);
    String open = "{{ '" + "y".repeat(10_000);
    assertThatThrownBy(() -> template(open))
        .hasMessageContaining("a tag has no end")
        .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(200));
  }

  @Test
  void shouldPassFieldsThatTheTemplateMayKnow() throws IOException {
    ChatTemplate template =
        template("{% for m in messages %}{{ m.name is defined }}{{ m.name }}{% endfor %}");
    assertThat(
            template.render(
                List.of(new ChatMessage("user", "x", Map.of("name", "Ann")), ONE.getFirst())))
        .isEqualTo("TrueAnnFalse");
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
