package io.verillm.gpu.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.gpu.JudgedAnswer;
import io.verillm.gpu.Keys;
import io.verillm.gpu.TestTasks;
import io.verillm.gpu.TinyModel;
import io.verillm.gpu.behaviour.Behaviour;
import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.check.Calibration;
import io.verillm.protocol.check.Decision;
import io.verillm.protocol.check.RejectReason;
import io.verillm.protocol.check.RowThresholds;
import io.verillm.protocol.check.TokenThresholds;
import io.verillm.protocol.check.Vote;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.Step;
import io.verillm.protocol.trace.TraceShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a task gives, by author and checker alike, whatever the engine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TaskRunContract {
  private static final int PROMPT = 12;
  private static final int STOP = 60;

  private final Map<Variant, Engine> engines = new EnumMap<>(Variant.class);

  /** How the engines run. */
  abstract EngineOptions options();

  @BeforeAll
  void load() {
    for (Variant variant : List.of(Variant.FP32, Variant.INT8)) {
      engines.put(variant, TinyModel.engine(variant, options()));
    }
  }

  @AfterAll
  void close() {
    engines.values().forEach(Engine::close);
  }

  @Test
  void shouldAcceptAnHonestAuthorByAnHonestChecker() throws Exception {
    JudgedAnswer author = author("honest");

    Vote vote = vote(author, "honest");

    assertThat(vote.decision()).isEqualTo(Decision.ACCEPT);
    assertThat(author.step().seal().size()).isEqualTo(STOP);
    assertThat(author.step().seal().finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void shouldAcceptAllThatAreWrittenAndCheckedAtOnce() throws Exception {
    List<Callable<Decision>> cases =
        Collections.nCopies(6, () -> vote(author("honest"), "honest").decision());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Decision> one : threads.invokeAll(cases)) {
        assertThat(one.get()).isEqualTo(Decision.ACCEPT);
      }
    }
  }

  @Test
  void shouldRejectAnAuthorWithInt8Weights() throws Exception {
    Vote vote = vote(author("int8"), "honest");

    assertThat(vote.decision()).isEqualTo(Decision.REJECT);
    assertThat(vote.reason()).contains(RejectReason.MODEL);
  }

  @Test
  void shouldRejectWhatALazyCheckerMakesUp() throws Exception {
    Vote vote = vote(author("honest"), "lazy");

    assertThat(vote.reason()).contains(RejectReason.MODEL);
  }

  @Test
  void shouldGenerateHonestlyAsALazyAuthor() throws Exception {
    assertThat(vote(author("lazy"), "honest").decision()).isEqualTo(Decision.ACCEPT);
  }

  @Test
  void shouldNotFindTheTextItMakesUpOutOfAnInt8AuthorsOwnTokens() throws Exception {
    JudgedAnswer author = author("int8");

    int[] context = new int[author.size()];
    Arrays.setAll(context, author.step().trace()::tokenId);
    try (TaskRun checker = run(context, "honest")) {
      int flips = 0;
      for (int i = 0; i < author.size() - PROMPT; i++) {
        flips += checker.prefill().evidence().token(i).margin() > 0 ? 1 : 0;
      }
      assertThat(flips).isPositive();
    }
  }

  @Test
  void shouldCutOffWhatCameBehindALateStop() throws Exception {
    List<Integer> streamed = new ArrayList<>();
    int[] asked = {0};

    try (TaskRun run = run(prompt(), "honest")) {
      run.decodeAhead(() -> false);
      SealedStep early =
          run.finish(
              () -> asked[0]++ < 3 ? Integer.MAX_VALUE : PROMPT + 2,
              (position, token) -> streamed.add(token));

      assertThat(early.seal().size()).isEqualTo(PROMPT + 2);
      assertThat(early.trace().size()).isGreaterThan(PROMPT + 2);
      assertThat(early.evidence().tokens()).isEqualTo(2);
      assertThat(early.seal().traceRoot()).isEqualTo(early.trace().rootAt(PROMPT + 2));
      assertThat(early.seal().outputHash())
          .isEqualTo(
              Digests.outputHash(
                  new int[] {early.trace().tokenId(PROMPT), early.trace().tokenId(PROMPT + 1)}));
    }
  }

  @Test
  void shouldDecodeNoFurtherThanAllowedBeforeItsRoleIsKnown() throws Exception {
    try (TaskRun run = run(prompt(), "honest")) {
      run.decodeAhead(() -> false);

      assertThat(run.prefill().trace().size()).isBetween(PROMPT + 1, PROMPT + 4);
      assertThat(run.prefill().seal().size()).isEqualTo(PROMPT);
      assertThat(run.prefill().seal().step()).isEqualTo(Step.PREFILL);
    }
  }

  @Test
  void shouldStopDecodingAheadWhenItIsTold() throws Exception {
    try (TaskRun run = run(prompt(), "honest")) {
      int[] asked = {0};

      run.decodeAhead(() -> asked[0]++ == 1);

      assertThat(run.prefill().trace().size()).isEqualTo(PROMPT + 1);
    }
  }

  @Test
  void shouldSealTheSamePrefillForEqualTasks() throws Exception {
    try (TaskRun one = run(prompt(), "honest");
        TaskRun two = run(prompt(), "honest")) {
      assertThat(one.prefill().seal()).isEqualTo(two.prefill().seal());
    }
  }

  @Test
  void shouldCommitToAnEmptyOutputWhenStoppedAtItsContext() throws Exception {
    try (TaskRun run = run(prompt(), "honest")) {
      SealedStep step = run.finish(() -> 1, (position, token) -> {});

      assertThat(step.seal().size()).isEqualTo(PROMPT);
      assertThat(step.seal().outputHash()).isEqualTo(Digests.outputHash(new int[0]));
    }
  }

  private JudgedAnswer author(String behaviour) throws InvalidTask {
    return JudgedAnswer.written(terms(prompt()), STOP, inference(behaviour), calibration());
  }

  private Vote vote(JudgedAnswer author, String checkerBehaviour) {
    return author.judgedBy(inference(checkerBehaviour), calibration());
  }

  /** Far above honest noise, far below any other weights. */
  private Calibration calibration() {
    TraceShape shape = engines.get(Variant.FP32).shape();
    String profile = shape.profile().id();
    return new Calibration(
        "test",
        TinyModel.MODEL_ID,
        profile,
        profile,
        Collections.nCopies(shape.boundaries(), new RowThresholds(4_000, 20_000)),
        new TokenThresholds(1 << 14, 1 << 16, 1 << 12, 1 << 14),
        1 << 10,
        1 << 16);
  }

  private TaskRun run(int[] context, String behaviour) throws InvalidTask {
    return TaskRun.open(
        terms(context),
        new SealIdentity("w-01", Keys.signing("secret").publicKey().bytes()),
        inference(behaviour),
        calibration().candidateBand());
  }

  private Inference inference(String behaviour) {
    return Behaviour.named(behaviour).inference(engines, TinyModel.CONFIG.eosId());
  }

  private static TaskTerms terms(int[] context) throws InvalidTask {
    return TaskTerms.of(TestTasks.task(TestTasks.taskId("t"), context, PROMPT));
  }

  private static int[] prompt() {
    return new Random(11).ints(PROMPT, 2, TinyModel.CONFIG.vocabulary()).toArray();
  }
}
