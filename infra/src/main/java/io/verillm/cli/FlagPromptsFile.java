package io.verillm.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.verillm.local.SamplePrompts;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.flag.FlagPrompt;
import io.verillm.topics.RequestDraft;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What planted requests ask for, from a file: one JSON object a line. */
final class FlagPromptsFile {
  /** Names it. */
  static final String OPTION = "--flag-prompts";

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private FlagPromptsFile() {}

  /** One line; what it leaves out is as {@code submit} has it. */
  record Line(
      @Nullable String prompt,
      @Nullable Integer maxTokens,
      @Nullable Double temperature,
      @Nullable Integer topK,
      @Nullable Double topP,
      @Nullable Integer checkers,
      @Nullable Integer handovers) {

    FlagPrompt of(Hash modelId) {
      return new FlagPrompt(
          modelId,
          or(prompt, ""),
          or(maxTokens, SamplePrompts.MAX_TOKENS),
          or(temperature, SamplePrompts.TEMPERATURE),
          or(topK, RequestDraft.TOP_K_DEFAULT),
          or(topP, 1.0),
          or(checkers, RequestDraft.CHECKERS_DEFAULT),
          or(handovers, RequestDraft.HANDOVERS_DEFAULT));
    }

    private static <T> T or(@Nullable T given, T usual) {
      return Optional.ofNullable(given).orElse(usual);
    }
  }

  /**
   * Reads it.
   *
   * @param fault what is wrong with a prompt that could be parsed
   * @throws CommandFailure if it cannot be read, a line is wrong, or it has none
   */
  static List<FlagPrompt> read(
      String file, Hash modelId, Function<FlagPrompt, Optional<String>> fault) {
    List<FlagPrompt> prompts = new ArrayList<>();
    int number = 0;
    for (String line : GivenText.read(OPTION, file).lines().toList()) {
      number++;
      if (!line.isBlank()) {
        String place = "%s, line %d: ".formatted(file, number);
        FlagPrompt prompt =
            parse(line)
                .orElseThrow(() ->
                    CommandFailure.usage(
                        place + "no object such as {\"prompt\": \"...\", \"maxTokens\": 48}"))
                .of(modelId);
        fault
            .apply(prompt)
            .ifPresent(wrong -> {
              throw CommandFailure.usage(place + wrong);
            });
        prompts.add(prompt);
      }
    }
    if (prompts.isEmpty()) {
      throw CommandFailure.usage(file + " holds no prompt");
    }
    return prompts;
  }

  /** Without a word why not: that would repeat the prompt. */
  private static Optional<Line> parse(String json) {
    try {
      return Optional.of(MAPPER.readValue(json, Line.class))
          .filter(line -> line.prompt() != null && !line.prompt().isEmpty());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
