package io.verillm.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a conversation becomes one text, by the model's own Jinja template. The template is foreign
 * code: it runs without access to Java and with bounds on output and depth, and nothing that a
 * message says is read as a template.
 */
public final class ChatTemplate {

  private static final long OUTPUT_MAX = 16L << 20;
  private static final int DEPTH_MAX = 20;
  private static final String EMPTY = "";

  private final String source;
  private final String bosToken;
  private final String eosToken;

  private ChatTemplate(String source, String bosToken, String eosToken) {
    this.source = TemplateSpace.applied(source);
    this.bosToken = bosToken;
    this.eosToken = eosToken;
  }

  /**
   * A model's template: {@code chat_template.jinja}, or {@code chat_template} of {@code
   * tokenizer_config.json}, of several the one named {@code default}.
   *
   * @throws InvalidModelException if the model has none
   */
  public static ChatTemplate of(ModelDirectory directory) {
    JsonNode settings =
        ConfigFile.tree(
            ModelDirectory.TOKENIZER_CONFIG, directory.json(ModelDirectory.TOKENIZER_CONFIG));
    String source =
        directory
            .optional(ModelDirectory.CHAT_TEMPLATE)
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .or(() -> configured(settings.path("chat_template")))
            .orElseThrow(() ->
                new InvalidModelException(directory + " has no chat template: give a prompt"));
    return new ChatTemplate(
        source, token(settings.path("bos_token")), token(settings.path("eos_token")));
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
    Map<String, Object> context = new HashMap<>();
    context.put(
        "messages",
        messages.stream()
            .map(message -> Map.of("role", message.role(), "content", message.content()))
            .toList());
    context.put("add_generation_prompt", true);
    context.put("bos_token", bosToken);
    context.put("eos_token", eosToken);
    RenderResult result = interpreter().renderForResult(source, context);
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

  private static Jinjava interpreter() {
    Jinjava jinjava =
        new Jinjava(
            JinjavaConfig.newBuilder()
                .withTrimBlocks(false)
                .withLstripBlocks(false)
                .withNestedInterpretationEnabled(false)
                .withMaxOutputSize(OUTPUT_MAX)
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

  /** What a template calls when it does not accept a conversation. */
  public static String refuse(String message) {
    throw new InvalidModelException("chat template: " + message);
  }
}
