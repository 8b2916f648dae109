package io.verillm.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jinjava.javax.el.CompositeELResolver;

/**
 * How a conversation becomes one text, by the model's own Jinja template. The template is foreign
 * code: it runs without access to Java and with bounds on output, depth and time, and nothing that
 * a message says is read as a template.
 */
public final class ChatTemplate {

  private static final long OUTPUT_MAX = 16L << 20;
  private static final int DEPTH_MAX = 20;
  private static final Duration TIME_MAX = Duration.ofSeconds(5);
  private static final String EMPTY = "";

  private final String source;
  private final String bosToken;
  private final String eosToken;

  private ChatTemplate(String source, String bosToken, String eosToken) {
    this.source = TemplateSpace.applied(source);
    this.bosToken = bosToken;
    this.eosToken = eosToken;
    requireReadable();
  }

  private void requireReadable() {
    Jinjava jinjava = interpreter(TIME_MAX);
    JinjavaInterpreter reader =
        new JinjavaInterpreter(jinjava, jinjava.getGlobalContextCopy(), jinjava.getGlobalConfig());
    reader.parse(source);
    for (TemplateError error : reader.getErrorsCopy()) {
      throw refused(error);
    }
  }

  /**
   * A model's template.
   *
   * @throws InvalidModelException if the model has none, or one that cannot be read
   */
  public static ChatTemplate of(ModelDirectory directory) {
    return find(directory)
        .orElseThrow(
            () -> new InvalidModelException(directory + " has no chat template: give a prompt"));
  }

  /**
   * A model's template: {@code chat_template.jinja}, or {@code chat_template} of {@code
   * tokenizer_config.json}, of several the one named {@code default}.
   *
   * @throws InvalidModelException if it cannot be read
   */
  static Optional<ChatTemplate> find(ModelDirectory directory) {
    JsonNode settings =
        JsonFile.tree(
            ModelDirectory.TOKENIZER_CONFIG, directory.json(ModelDirectory.TOKENIZER_CONFIG));
    return directory
        .optional(ModelDirectory.CHAT_TEMPLATE)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .or(() -> configured(settings.path("chat_template")))
        .map(source ->
            new ChatTemplate(
                source, token(settings.path("bos_token")), token(settings.path("eos_token"))));
  }

  private static Optional<String> configured(JsonNode node) {
    if (node.isTextual()) {
      return Optional.of(node.textValue());
    }
    for (JsonNode named : node) {
      if (named.path("name").asText().equals("default")) {
        return Optional.of(named.path("template").asText());
      }
    }
    return Optional.empty();
  }

  private static String token(JsonNode node) {
    return node.isObject() ? node.path("content").asText() : node.asText(EMPTY);
  }

  /**
   * The text that the model is to continue with the assistant's next turn.
   *
   * @throws InvalidModelException if the template refuses the conversation or cannot be run
   */
  public String render(List<ChatMessage> messages) {
    return render(messages, TIME_MAX);
  }

  String render(List<ChatMessage> messages, Duration limit) {
    Map<String, Object> context = new HashMap<>();
    context.put("messages", messages.stream().map(ChatMessage::fields).toList());
    context.put("add_generation_prompt", true);
    context.put("bos_token", bosToken);
    context.put("eos_token", eosToken);
    RenderResult result = interpreter(limit).renderForResult(source, context);
    for (TemplateError error : result.getErrors()) {
      throw refused(error);
    }
    return result.getOutput();
  }

  private static InvalidModelException refused(TemplateError error) {
    Throwable cause = error.getException();
    while (cause != null && !(cause instanceof InvalidModelException)) {
      cause = cause.getCause();
    }
    return cause instanceof InvalidModelException refusal
        ? refusal
        : new InvalidModelException(
            "chat template, line %d: %s".formatted(error.getLineno(), error.getMessage()));
  }

  private static Jinjava interpreter(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    CompositeELResolver texts = new CompositeELResolver();
    texts.add(new PythonText());
    texts.add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
    Jinjava jinjava =
        new Jinjava(
            JinjavaConfig.newBuilder()
                .withTrimBlocks(false)
                .withLstripBlocks(false)
                .withNestedInterpretationEnabled(false)
                .withElResolver(texts)
                .withProcessors(
                    JinjavaProcessors.newBuilder()
                        .withNodePreProcessor((node, rendering) -> requireTime(end, limit))
                        .build())
                .withMaxOutputSize(OUTPUT_MAX)
                .withMaxStringLength(OUTPUT_MAX)
                .withMaxRenderDepth(DEPTH_MAX)
                .withFailOnUnknownTokens(false)
                .build());
    jinjava
        .getGlobalContext()
        .registerFunction(
            new ELFunctionDefinition(
                EMPTY, "raise_exception", ChatTemplate.class, "refuse", String.class));
    return jinjava;
  }

  private static void requireTime(long end, Duration limit) {
    if (System.nanoTime() - end > 0) {
      throw new InvalidModelException(
          "chat template: not done after %d ms".formatted(limit.toMillis()));
    }
  }

  /** What a template calls when it does not accept a conversation. */
  public static String refuse(String message) {
    throw new InvalidModelException("chat template: " + message);
  }
}
