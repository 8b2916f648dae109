package io.verillm.gpu.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.verillm.gpu.JudgedAnswer;
import io.verillm.gpu.TestTasks;
import io.verillm.gpu.calibration.CalibrationFile;
import io.verillm.gpu.calibration.Cheat;
import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.Engines;
import io.verillm.gpu.task.EngineInference;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.InvalidTask;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.models.BuiltInModel;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.check.Calibration;
import io.verillm.protocol.check.Decision;
import io.verillm.protocol.check.RejectReason;
import io.verillm.protocol.check.Vote;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.draw.RandomStream;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.FlagPrompt;
import io.verillm.protocol.sim.adversary.Gallery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/** Each cheat of a BAD flag, really run by the built-in model and judged by its calibration. */
class FlagCheatTest {
  private static final Path REPORT = Path.of("..", "docs", "calibration", "report.json");

  /** So sure must be that honest checkers find a cheat. */
  private static final double FOUND = 0.99;

  /** Answers of each cheat; {@code -Dflag.answers=N} for more. */
  private static final int ANSWERS = Integer.getInteger("flag.answers", 4);

  /** The last often ends at once. */
  private static final List<String> TEXTS =
      List.of(
          "And the king said unto", "hacker:", "Call me Ishmael.", "It is the duty of Congress to");

  private static final BuiltInModel MODEL = BuiltInModel.load();
  private static final Hash MODEL_ID = new Hash(MODEL.manifest().modelIdBytes());
  private static final Map<Variant, Engine> ENGINES = new EnumMap<>(Variant.class);
  private static Calibration calibration;

  @BeforeAll
  static void load() {
    calibration = CalibrationFile.builtIn(MODEL_ID).toCalibration();
  }

  @AfterAll
  static void close() {
    ENGINES.values().forEach(Engine::close);
    MODEL.close();
  }

  private static Inference inference(Variant variant) {
    return new EngineInference(
        ENGINES.computeIfAbsent(
            variant,
            missing -> Engines.load(MODEL.directory(), MODEL_ID, missing, EngineOptions.cpu())),
        MODEL.config().eosId());
  }

  private static String text(int answer) {
    return TEXTS.get(answer % TEXTS.size());
  }

  private static FlagPrompt asked(String text) {
    return new FlagPrompt(MODEL_ID, text, 48, 0.8, 64, 1.0, 3, 1);
  }

  private static TaskTerms terms(FlagPrompt prompt, Hash seed) throws InvalidTask {
    int[] context = MODEL.tokenizer().prompt(prompt.prompt());
    return TaskTerms.of(
        TestTasks.changed(
            TestTasks.changed(
                TestTasks.changed(
                    TestTasks.task(TestTasks.taskId("flag"), context, context.length),
                    "positionLimit",
                    MODEL.config().positions()),
                "modelId",
                Wire.buffer(MODEL_ID)),
            "seed",
            Wire.buffer(seed)));
  }

  /** The vote of an honest checker on the answer to a flag. */
  private static Vote vote(FlagPrompt prompt, Hash seed, Inference author) throws InvalidTask {
    TaskTerms terms = terms(prompt, seed);
    return JudgedAnswer.written(
            terms, terms.promptLength() + prompt.maxTokens(), author, calibration)
        .judgedBy(inference(Variant.FP32), calibration);
  }

  @Test
  void shouldBeAcceptedByHonestCheckersWithoutACheat() throws InvalidTask {
    for (int i = 0; i < ANSWERS; i++) {
      assertThat(vote(asked(text(i)), seed(i), inference(Variant.FP32)).decision())
          .isEqualTo(Decision.ACCEPT);
    }
  }

  private static Hash seed(int answer) {
    return Hashing.hash("answer " + answer);
  }

  @Test
  void shouldBeWhatTheSimulatedSentinelsRunToo() {
    assertThat(found())
        .extracting(Cheat::label)
        .containsExactlyInAnyOrderElementsOf(Gallery.sentinelCheats().keySet());
  }

  static List<Cheat> found() {
    return FlagCheat.found();
  }

  @ParameterizedTest
  @MethodSource("found")
  void shouldBeRejectedByHonestCheckers(Cheat kind) throws InvalidTask {
    FlagCheat cheat = new FlagCheat(kind, inference(kind.weights()));
    for (int i = 0; i < ANSWERS; i++) {
      FlagPrompt prompt = asked(text(i));
      RandomStream draws = new RandomStream(Hashing.hash(kind + "/" + i));

      Vote vote = vote(prompt, seed(i), cheat.inference(prompt, draws));

      assertThat(cheat.suits(prompt, true)).isTrue();
      assertThat(vote.decision()).as("answer %d", i).isEqualTo(Decision.REJECT);
      assertThat(tests(kind)).as("answer %d", i).contains(vote.reason().orElseThrow());
    }
  }

  /** Tests that show it. */
  private static List<RejectReason> tests(Cheat kind) {
    return switch (kind) {
      // Where the model itself would have ended before, the tokens behind that are wrong too.
      case EARLY_STOP -> List.of(RejectReason.END, RejectReason.SAMPLING);
      case WRONG_TEMPERATURE -> List.of(RejectReason.SAMPLING);
      default -> List.of(RejectReason.MODEL);
    };
  }

  @Test
  void shouldRunWhatTheReportFindsNearlyAlwaysAndNothingElse() throws IOException {
    for (JsonNode kind : new ObjectMapper().readTree(REPORT.toFile()).path("kinds")) {
      String label = kind.path("kind").asText();
      if (!label.equals("honest")) {
        assertThat(FlagCheat.found().stream().anyMatch(cheat -> cheat.label().equals(label)))
            .as("%s, rejected %s", label, kind.path("rejectedLast"))
            .isEqualTo(kind.path("rejectedLast").path("low").asDouble() >= FOUND);
      }
    }
  }

  @Test
  void shouldRefuseByNameWhatCheckersOftenMiss() {
    assertThatThrownBy(() -> new FlagCheat(Cheat.CHEAP_THEN_PREFILL, inference(Variant.FP32)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cheap-then-prefill");
  }

  @ParameterizedTest
  @EnumSource(
      value = Cheat.class,
      names = {"EARLY_STOP", "WRONG_TEMPERATURE"})
  void shouldRunNothingThatShowsInTokensAloneWhereNobodyLooksAtThem(Cheat kind) {
    FlagCheat cheat = new FlagCheat(kind, inference(Variant.FP32));

    assertThat(cheat.suits(asked("any"), true)).isTrue();
    assertThat(cheat.suits(asked("any"), false)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Cheat.class,
      names = {"EARLY_STOP", "WRONG_TEMPERATURE", "CHEAP_THEN_PREFILL"},
      mode = Mode.EXCLUDE)
  void shouldRunWhatShowsInRowsAnywhereButInAnotherModel(Cheat kind) {
    FlagCheat cheat = new FlagCheat(kind, inference(Variant.FP32));
    Hash other = Hashing.hash("other");

    assertThat(cheat.suits(asked("any"), false)).isTrue();
    assertThat(cheat.suits(new FlagPrompt(other, "any", 48, 0.8, 64, 1.0, 3, 1), true)).isFalse();
  }

  @Test
  void shouldNotChangeATemperatureThatNobodyWouldMiss() {
    FlagCheat hotter = new FlagCheat(Cheat.WRONG_TEMPERATURE, inference(Variant.FP32));

    assertThat(hotter.suits(new FlagPrompt(MODEL_ID, "any", 48, 0, 40, 0.95, 3, 1), true)).isTrue();
    for (FlagPrompt asked :
        List.of(
            new FlagPrompt(MODEL_ID, "short", 8, 0.8, 64, 1.0, 3, 1),
            new FlagPrompt(MODEL_ID, "cold", 48, 0.1, 64, 1.0, 3, 1),
            new FlagPrompt(MODEL_ID, "hot", 48, 2, 64, 1.0, 3, 1),
            new FlagPrompt(MODEL_ID, "one candidate", 48, 0.8, 1, 1.0, 3, 1),
            new FlagPrompt(MODEL_ID, "small nucleus", 48, 0.8, 64, 0.1, 3, 1))) {
      assertThat(hotter.suits(asked, true)).as(asked.prompt()).isFalse();
    }
  }
}
