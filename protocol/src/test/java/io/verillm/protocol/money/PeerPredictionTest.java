package io.verillm.protocol.money;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.money.PeerPrediction.ScoredCase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PeerPredictionTest {
  record Golden(long weight, List<ScoredCase> cases, long payment) {
    static Golden parse(String line) {
      String[] parts = line.split("; ");
      List<ScoredCase> cases =
          Arrays.stream(parts[1].split(" "))
              .map(word -> new ScoredCase(word.charAt(0) == 'R', word.charAt(1) - '0'))
              .toList();
      return new Golden(Long.parseLong(parts[0]), cases, Long.parseLong(parts[2]));
    }
  }

  static Stream<Golden> golden() throws IOException {
    try (InputStream in = PeerPredictionTest.class.getResourceAsStream("peer-payments.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(Golden::parse);
    }
  }

  @ParameterizedTest
  @MethodSource
  void golden(Golden vector) {
    assertThat(PeerPrediction.payment(vector.weight(), vector.cases())).isEqualTo(vector.payment());
  }

  @ParameterizedTest
  @CsvSource({"0, 2, 0", "2, 0, 2", "1, 1, 1", "3, 2, 2", "2, 3, 0", "3, 3, 1"})
  void shouldScoreATieOfTheOthersAsHalf(int rejects, int accepts, int doubled) {
    assertThat(PeerPrediction.doubledMajority(rejects, accepts)).isEqualTo(doubled);
  }

  @Test
  void shouldPayNothingForFewerThanTwoCases() {
    assertThat(PeerPrediction.payment(7_200, List.of())).isZero();
    assertThat(PeerPrediction.payment(7_200, List.of(new ScoredCase(true, 2)))).isZero();
  }

  @Test
  void shouldScaleDownWithoutEverPayingMoreThanThereIs() {
    assertThat(PeerPrediction.scaled(10, 7, 20)).isEqualTo(3);
    assertThat(PeerPrediction.scaled(1_000_000_000_000_000L, 5, 1_000_000_000_000_000L))
        .isEqualTo(5);
  }
}
