package io.verillm.intake;

import com.fasterxml.jackson.databind.JsonNode;
import io.verillm.topics.RequestDraft;
import io.verillm.topics.RequestIds;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** The fields of a JSON request, each with its type and what it is where it is absent. */
record JsonFields(JsonNode json) {
  private static final int CHECKERS_MAX = 21;
  private static final int PROMPT_CHARS_MAX = 65_536;
  private static final double TEMPERATURE_MAX = 10;

  /** Values that a request could have. */
  record Values(
      String requestId,
      String model,
      String prompt,
      int maxTokens,
      double temperature,
      int topK,
      double topP,
      int checkers,
      int waitTicks,
      OptionalLong budget) {}

  /** Checks every field; the first that is wrong is the answer. */
  Checked<Values> read(Supplier<String> freshId) {
    String id = json.has("requestId") ? json.path("requestId").asText("") : freshId.get();
    if (RequestIds.parse(id).isEmpty()) {
      return bad("requestId", "a canonical UUID of version 7", json.path("requestId"));
    }
    if (!json.path("model").isTextual()) {
      return bad("model", "a registered model's name", json.path("model"));
    }
    String prompt = json.path("prompt").isTextual() ? json.path("prompt").asText() : "";
    if (prompt.isEmpty() || prompt.length() > PROMPT_CHARS_MAX) {
      return Checked.bad(
          Refusal.Code.UNACCEPTABLE,
          "prompt must be text of 1..%d characters, not %d"
              .formatted(PROMPT_CHARS_MAX, prompt.length()));
    }
    return wrongNumber()
        .<Checked<Values>>map(Checked.Bad::new)
        .orElseGet(() -> Checked.good(values(id, prompt)));
  }

  private Values values(String id, String prompt) {
    return new Values(
        id,
        json.path("model").asText(),
        prompt,
        json.path("maxTokens").intValue(),
        json.path("temperature").asDouble(1.0),
        json.path("topK").asInt(RequestDraft.TOP_K_DEFAULT),
        json.path("topP").asDouble(1.0),
        json.path("checkers").asInt(RequestDraft.CHECKERS_DEFAULT),
        json.path("waitTicks").asInt(0),
        json.has("budget")
            ? OptionalLong.of(json.path("budget").longValue())
            : OptionalLong.empty());
  }

  private Optional<Refusal> wrongNumber() {
    if (!json.path("maxTokens").canConvertToInt() || json.path("maxTokens").intValue() < 1) {
      return wrong("maxTokens", "a whole number from 1");
    }
    if (json.has("temperature") && !isTemperature(json.path("temperature"))) {
      return wrong("temperature", "0, or 0.001 to 10");
    }
    if (json.has("topK") && !isWhole(json.path("topK"), 1, RequestDraft.TOP_K_DEFAULT)) {
      return wrong("topK", "a whole number, 1..64");
    }
    double topP = json.path("topP").asDouble(1.0);
    if (json.has("topP") && !(json.path("topP").isNumber() && topP > 0 && topP <= 1)) {
      return wrong("topP", "a number above 0, at most 1");
    }
    JsonNode checkers = json.path("checkers");
    if (json.has("checkers")
        && !(isWhole(checkers, 1, CHECKERS_MAX) && checkers.intValue() % 2 == 1)) {
      return wrong("checkers", "odd, 1..21");
    }
    if (json.has("waitTicks") && !isWhole(json.path("waitTicks"), 0, Integer.MAX_VALUE)) {
      return wrong("waitTicks", "a whole number of ticks of 250 ms, 0 for as long as the log says");
    }
    JsonNode budget = json.path("budget");
    if (json.has("budget")
        && !(budget.isIntegralNumber() && budget.canConvertToLong() && budget.longValue() > 0)) {
      return wrong("budget", "a whole number of units from 1");
    }
    return Optional.empty();
  }

  private static boolean isWhole(JsonNode number, int min, int max) {
    return number.isIntegralNumber()
        && number.canConvertToInt()
        && number.intValue() >= min
        && number.intValue() <= max;
  }

  private static boolean isTemperature(JsonNode number) {
    double value = number.doubleValue();
    return number.isNumber()
        && (Double.doubleToRawLongBits(value) == 0 || value >= 0.001 && value <= TEMPERATURE_MAX);
  }

  private Optional<Refusal> wrong(String field, String wanted) {
    return Optional.of(refusal(field, wanted, json.path(field)));
  }

  private static <T> Checked<T> bad(String field, String wanted, JsonNode actual) {
    return new Checked.Bad<>(refusal(field, wanted, actual));
  }

  private static Refusal refusal(String field, String wanted, JsonNode actual) {
    return new Refusal(
        Refusal.Code.UNACCEPTABLE,
        "%s must be %s, not %s"
            .formatted(field, wanted, actual.isMissingNode() ? "absent" : actual.toString()));
  }
}
