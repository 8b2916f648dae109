package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.RequestInput;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.vote.InputSeal;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an answer follows from is fixed when its request is accepted, and shown with challenges. */
class SealedInputTest {
  private static final TestRequest REQUEST = TestRequest.standard();
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final ShardBed bed = new ShardBed(12);

  private static RequestInput with(Consumer<RequestInput.Builder> change) {
    RequestInput.Builder builder = RequestInput.newBuilder(REQUEST.input());
    change.accept(builder);
    return builder.build();
  }

  private Verdict last() {
    return bed.published(Verdict.class).getLast();
  }

  private void assertDecidedAgain() {
    assertThat(ShardBed.bytes(bed.replay(Audits.published(bed.effects))))
        .isEqualTo(ShardBed.bytes(bed.effects));
  }

  @Test
  void shouldShowTheInputWithEveryChallengeOfBothRounds() {
    bed.request(TestRequest.handedOver());
    bed.worker("w-02").noise = 1 << 20;
    bed.run();

    assertThat(bed.published(Challenge.class))
        .hasSizeGreaterThan(2)
        .allSatisfy(c ->
            assertThat(InputSeal.open(TestRequest.handedOver().accepted(), c.getInput()))
                .contains(TestRequest.handedOver().input()));
    assertDecidedAgain();
  }

  static Stream<RequestInput> others() {
    return Stream.of(
        with(i -> i.setSeed(Wire.buffer(Hashing.hash("better")))),
        with(i -> i.setPromptHash(Wire.buffer(Hashing.hash("other")))),
        with(i -> i.setTemperature(1)),
        new TestRequest(2, 4, 56, 3).input());
  }

  /** Nobody is judged by anything but what was sealed before the author was known. */
  @ParameterizedTest
  @MethodSource("others")
  void shouldNotChallengeWithAnInputThatDoesNotOpenTheSeal(RequestInput other) {
    bed.request(REQUEST);
    bed.secrets.inputs.put(REQUEST.id(), other);
    bed.run();

    assertLost();
  }

  @Test
  void shouldNotChallengeWhereTheCoordinatorCannotShowTheInput() {
    bed.request(REQUEST);
    bed.secrets.inputs.clear();
    bed.run();

    assertLost();
  }

  /** The seal hides a prompt that leaves no room for the tokens that were asked for. */
  @ParameterizedTest
  @MethodSource("lengths")
  void shouldNotChallengeWithAPromptOutsideTheModelsLimits(int promptLength) {
    RequestInput input = with(i -> i.setPromptLength(promptLength));
    bed.request(
        REQUEST,
        Accepted.newBuilder(REQUEST.accepted())
            .setInputSeal(Wire.buffer(InputSeal.of(UUID.fromString(REQUEST.id()), input)))
            .build());
    bed.secrets.inputs.put(REQUEST.id(), input);
    bed.run();

    assertLost();
  }

  static Stream<Integer> lengths() {
    return Stream.of(0, -1, TestModel.registered().getPositionLimit() - TestRequest.MAX_TOKENS + 1);
  }

  private void assertLost() {
    assertThat(bed.published(Challenge.class)).isEmpty();
    assertThat(last().getOutcome()).isEqualTo(VerdictOutcome.INCONCLUSIVE);
    assertThat(last().getReason()).isEqualTo("OUTPUT_LOST");
    assertDecidedAgain();
  }

  /** What a task holds is not told beside its seal. */
  @ParameterizedTest
  @MethodSource("leaks")
  void shouldNotAcceptWhatIsSealedAndShown(Consumer<Accepted.Builder> leak) {
    Accepted.Builder shown = Accepted.newBuilder(REQUEST.accepted());
    leak.accept(shown);
    bed.request(REQUEST, shown.build());
    bed.run();

    assertThat(bed.tasks).isEmpty();
    assertThat(bed.shard.view().openCases()).isZero();
  }

  static Stream<Consumer<Accepted.Builder>> leaks() {
    return Stream.of(
        a -> a.setPromptLength(1),
        a -> a.setSeed(Wire.buffer(Hashing.hash("seed"))),
        a -> a.setTemperature(1),
        a -> a.setTopK(1),
        a -> a.setTopP(1));
  }

  @Test
  void shouldDecideAsBeforeWhatWasAcceptedInClear() {
    bed.request(
        REQUEST,
        Accepted.newBuilder(REQUEST.accepted())
            .setPromptHash(Wire.buffer(REQUEST.promptHash()))
            .setPromptLength(REQUEST.prompt())
            .setTemperature(0)
            .setTopK(1)
            .setTopP(1)
            .setSeed(ByteBuffer.allocate(32))
            .setInputSeal(NOTHING)
            .build());
    bed.run();

    assertThat(bed.published(Challenge.class)).allMatch(c -> c.getInput() == null);
    assertThat(last().getOutcome()).isEqualTo(VerdictOutcome.ACCEPTED);
    assertDecidedAgain();
  }
}
