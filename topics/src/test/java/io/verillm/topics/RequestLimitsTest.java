package io.verillm.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.ModelRegistered;
import io.verillm.protocol.money.Parameters;
import io.verillm.topics.RequestFault.Kind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RequestLimitsTest {
  private static final int POSITIONS = 100;
  private static final ToIntFunction<String> A_TOKEN_EACH = String::length;

  private static final ModelRegistered MODEL =
      new ModelRegistered(
          ByteBuffer.allocate(32),
          "tiny",
          "onnxruntime-cpu-fp32",
          "fp32",
          List.of("final"),
          8,
          64,
          1,
          POSITIONS,
          40L);

  /** What is wrong, by what is asked for and the words that name it. */
  private static final Map<Asked, Map.Entry<Kind, String>> FAULTS =
      Map.ofEntries(
          wrong(new Asked("hi", 9, 0.8, 0, 1, 3, 1), Kind.BAD_TOP_K, "1..64, not 0"),
          wrong(new Asked("hi", 9, 0.8, 65, 1, 3, 1), Kind.BAD_TOP_K, "not 65"),
          wrong(new Asked("hi", 9, 0.8, 64, 0, 3, 1), Kind.BAD_TOP_P, "not 0.0"),
          wrong(new Asked("hi", 9, 0.8, 64, 7, 3, 1), Kind.BAD_TOP_P, "not 7.0"),
          wrong(new Asked("hi", 9, -1, 64, 1, 3, 1), Kind.BAD_TEMPERATURE, "not -1.0"),
          wrong(new Asked("hi", 9, 1e-4, 64, 1, 3, 1), Kind.BAD_TEMPERATURE, "0.001..10"),
          wrong(new Asked("hi", 9, 11, 64, 1, 3, 1), Kind.BAD_TEMPERATURE, "not 11.0"),
          wrong(new Asked("hi", 9, 0.8, 64, 1, 4, 1), Kind.BAD_CHECKERS, "1..21, not 4"),
          wrong(new Asked("hi", 9, 0.8, 64, 1, 99, 1), Kind.BAD_CHECKERS, "not 99"),
          wrong(new Asked("hi", 9, 0.8, 64, 1, 7, 0), Kind.BAD_CHECKERS, "7 checkers with 0"),
          wrong(new Asked("hi", 9, 0.8, 64, 1, 3, 9), Kind.BAD_HANDOVERS, "0..3, not 9"),
          wrong(new Asked("", 9, 0.8, 64, 1, 3, 1), Kind.PROMPT_EMPTY, "empty"),
          wrong(new Asked("x".repeat(70_000), 9, 1, 64, 1, 3, 1), Kind.PROMPT_TOO_LONG, "70000"),
          wrong(new Asked("x".repeat(100), 9, 1, 64, 1, 3, 1), Kind.PROMPT_TOO_LONG, "100 tokens"),
          wrong(new Asked("hi", 0, 0.8, 64, 1, 3, 1), Kind.BAD_MAX_TOKENS, "1..98, not 0"),
          wrong(new Asked("hi", 99, 0.8, 64, 1, 3, 1), Kind.BAD_MAX_TOKENS, "1..98, not 99"));

  private static Map.Entry<Asked, Map.Entry<Kind, String>> wrong(
      Asked asked, Kind kind, String words) {
    return Map.entry(asked, Map.entry(kind, words));
  }

  @TestFactory
  Stream<DynamicTest> shouldNameTheFaultAndTheValue() {
    return FAULTS.entrySet().stream()
        .map(one ->
            DynamicTest.dynamicTest(
                one.getValue().toString(),
                () ->
                    assertThat(
                            RequestLimits.fault(
                                one.getKey(), MODEL, Parameters.standard(), A_TOKEN_EACH))
                        .hasValueSatisfying(fault -> {
                          assertThat(fault.kind()).isEqualTo(one.getValue().getKey());
                          assertThat(fault.text()).contains(one.getValue().getValue());
                        })));
  }

  @Test
  void shouldHaveACaseOfEachKind() {
    assertThat(FAULTS.values()).extracting(Map.Entry::getKey).contains(Kind.values());
  }

  @Test
  void shouldFindNothingWrongWithWhatFits() {
    Asked most = new Asked("hi", 98, 0, 64, 1, 3, 1);

    assertThat(RequestLimits.fault(most, MODEL, Parameters.standard(), A_TOKEN_EACH)).isEmpty();
  }
}
