package io.verillm.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.interpret.TemplateSyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a conversation becomes one text, by the model's own Jinja template. The template is foreign
 * code: it reaches what {@link ClosedJinja} and {@link TemplateValues} name and nothing else, with
 * bounds on output, depth and time, and nothing that a message says is read as a template.
 */
public final class ChatTemplate {

  private static final Duration TIME_MAX = Duration.ofSeconds(5);
  private static final int TEMPLATE_CHARS_MAX = 1 << 18;
  private static final String EMPTY = "";

  private final String source;
  private final String bosToken;
  private final String eosToken;

  private ChatTemplate(String source, String bosToken, String eosToken) {
    if (source.contains(ClosedJinja.OWN_NAME)) {
      throw new InvalidModelException("chat template: names its interpreter");
    }
    if (source.length() > TEMPLATE_CHARS_MAX) {
      throw new InvalidModelException(
          "chat template: over %d characters".formatted(TEMPLATE_CHARS_MAX));
    }
    this.source = TemplateSpace.applied(source);
    this.bosToken = bosToken;
    this.eosToken = eosToken;
    requireReadable();
  }

  private void requireReadable() {
    JinjavaInterpreter reader = interpreter(TIME_MAX, Map.of());
    guarded(() -> reader.parse(source));
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
    context.put("messages", PythonNone.in(messages.stream().map(ChatMessage::fields).toList()));
    context.put("add_generation_prompt", true);
    context.put("bos_token", bosToken);
    context.put("eos_token", eosToken);
    JinjavaInterpreter interpreter = interpreter(limit, context);
    String text = guarded(() -> interpreter.render(source));
    for (TemplateError error : interpreter.getErrorsCopy()) {
      throw refused(error);
    }
    return text;
  }

  private static <T> T guarded(Supplier<T> step) {
    try {
      return step.get();
    } catch (TemplateSyntaxException e) {
      throw refused(TemplateError.fromException(e));
    } catch (RuntimeException e) {
      throw refused(TemplateError.fromException(e));
    } catch (StackOverflowError | OutOfMemoryError e) {
      throw new InvalidModelException("chat template: takes more memory than there is: " + e, e);
    }
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

  private static JinjavaInterpreter interpreter(Duration limit, Map<String, ?> variables) {
    long end = System.nanoTime() + limit.toNanos();
    return new ClosedJinja(() -> requireTime(end, limit)).interpreter(variables);
  }

  private static void requireTime(long end, Duration limit) {
    if (System.nanoTime() - end > 0) {
      throw new InvalidModelException(
          "chat template: not done after %d ms".formatted(limit.toMillis()));
    }
  }
}
