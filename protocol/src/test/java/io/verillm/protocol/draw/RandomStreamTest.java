package io.verillm.protocol.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RandomStreamTest {

  private final Map<String, RandomStream> streams = new HashMap<>();

  /** The lines of one seed are one stream, in order. */
  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/random_stream.csv", numLinesToSkip = 1)
  void shouldEqualTheGoldenStream(String seed, long bound, long value) {
    RandomStream stream =
        streams.computeIfAbsent(
            seed,
            name ->
                new RandomStream(
                    Hashing.sha256(("stream-" + name).getBytes(StandardCharsets.UTF_8))));
    assertThat(stream.below(bound)).isEqualTo(value);
  }

  @Test
  void shouldBeUniform() {
    RandomStream stream = new RandomStream(new Hash(new byte[32]));
    int[] counts = new int[10];
    for (int i = 0; i < 20_000; i++) {
      counts[stream.below(10)]++;
    }
    // Standard deviation is 42; the seed is fixed, so this never flickers.
    assertThat(Arrays.stream(counts).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(1_800, 2_200));
  }

  @Test
  void shouldRefuseEmptyRanges() {
    RandomStream stream = new RandomStream(new Hash(new byte[32]));
    assertThatIllegalArgumentException().isThrownBy(() -> stream.below(0L));
    assertThatIllegalArgumentException().isThrownBy(() -> stream.below(-1));
  }
}
