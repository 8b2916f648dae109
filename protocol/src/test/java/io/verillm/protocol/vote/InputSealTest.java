package io.verillm.protocol.vote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.events.Accepted;
import io.verillm.events.RequestInput;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.event.Wire;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InputSealTest {
  private static final UUID REQUEST = new UUID(0x0001020304050607L, 0x08090a0b0c0d0e0fL);
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final RequestInput INPUT =
      new RequestInput(hash("prompt"), 5, 0.7, 40, 0.9, hash("seed"), hash("salt"));

  private static ByteBuffer hash(String name) {
    return Wire.buffer(Hashing.hash(name));
  }

  private static Accepted accepted(UUID request, ByteBuffer seal) {
    return Accepted.newBuilder()
        .setRequestId(request.toString())
        .setRequestDigest(NOTHING)
        .setRequester("")
        .setPromptHash(hash("prompt"))
        .setPromptLength(5)
        .setModelId(NOTHING)
        .setTemperature(0.7)
        .setTopK(40)
        .setTopP(0.9)
        .setSeed(hash("seed"))
        .setMaxTokens(1)
        .setCheckers(1)
        .setPrice(1)
        .setEscrow(1)
        .setFlagSeal(NOTHING)
        .setInputSeal(seal)
        .build();
  }

  private static RequestInput with(Consumer<RequestInput.Builder> change) {
    RequestInput.Builder builder = RequestInput.newBuilder(INPUT);
    change.accept(builder);
    return builder.build();
  }

  static Stream<RequestInput> others() {
    return Stream.of(
        with(i -> i.setPromptHash(hash("other"))),
        with(i -> i.setPromptLength(6)),
        with(i -> i.setTemperature(0.8)),
        with(i -> i.setTopK(41)),
        with(i -> i.setTopP(1)),
        with(i -> i.setSeed(hash("other"))),
        with(i -> i.setSalt(hash("other"))),
        with(i -> i.setSalt(NOTHING)),
        with(i -> i.setSeed(ByteBuffer.allocate(33))),
        with(i -> i.setTemperature(Double.NaN)),
        with(i -> i.setTopK(65)));
  }

  private static Accepted sealed() {
    return accepted(REQUEST, Wire.buffer(InputSeal.of(REQUEST, INPUT)));
  }

  @Test
  void shouldBeOpenedByWhatWasSealed() {
    assertThat(InputSeal.open(sealed(), INPUT)).contains(INPUT);
  }

  @ParameterizedTest
  @MethodSource("others")
  void shouldBeOpenedByNothingElse(RequestInput other) {
    assertThat(InputSeal.open(sealed(), other)).isEmpty();
  }

  @Test
  void shouldNotBeOpenedByNothingThoughFieldsStandInClear() {
    assertThat(InputSeal.open(sealed(), null)).isEmpty();
  }

  @Test
  void shouldNotOpenAnotherRequest() {
    UUID other = new UUID(1, 2);

    assertThat(InputSeal.open(accepted(other, sealed().getInputSeal()), INPUT)).isEmpty();
  }

  @Test
  void shouldReadWhatWasAcceptedInClearAndThenBelieveNoOther() {
    Accepted inClear = accepted(REQUEST, NOTHING);

    assertThat(InputSeal.open(inClear, null)).contains(with(i -> i.setSalt(NOTHING)));
    assertThat(InputSeal.open(inClear, INPUT)).isEmpty();
  }

  @Test
  void shouldSealNothingThatNobodyCouldSampleBy() {
    assertThatThrownBy(() -> InputSeal.of(REQUEST, with(i -> i.setTopP(0))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
