package io.verillm.protocol.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class PositionDrawTest {

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/positions.csv", numLinesToSkip = 1)
  void shouldEqualTheGoldenPositions(
      String seedName,
      int start,
      int end,
      int total,
      int boundaries,
      String part,
      String opened,
      String drawn) {
    Hash seed = Hashing.sha256(seedName.getBytes(StandardCharsets.UTF_8));
    CaseSpan span = new CaseSpan(start, end, total);
    Set<Integer> before = positions(opened);
    List<OpenedPosition> actual =
        switch (part) {
          case "first" -> PositionDraw.first(seed, span, boundaries);
          case "second" -> PositionDraw.second(seed, span, boundaries, before);
          case "secondRound" -> PositionDraw.secondRound(seed, span, boundaries, before);
          default -> throw new IllegalArgumentException(part);
        };
    String cells =
        actual.stream()
            .map(position -> position.position() + ":" + position.boundary())
            .collect(Collectors.joining("|"));
    assertThat(cells).isEqualTo(drawn == null ? "" : drawn);
  }

  private static Set<Integer> positions(String cell) {
    return cell == null
        ? Set.of()
        : Arrays.stream(cell.split("\\|")).map(Integer::valueOf).collect(Collectors.toSet());
  }

  @Test
  void shouldRefuseSpansThatTheCaseDoesNotAnswerFor() {
    assertThatIllegalArgumentException().isThrownBy(() -> new CaseSpan(3, 3, 5));
    assertThatIllegalArgumentException().isThrownBy(() -> new CaseSpan(-1, 3, 5));
    assertThatIllegalArgumentException().isThrownBy(() -> new CaseSpan(1, 6, 4));
    assertThatIllegalArgumentException().isThrownBy(() -> new CaseSpan(1, 6, 7));
    assertThatIllegalArgumentException().isThrownBy(() -> new CaseSpan(1, 6, -1));
  }

  @Test
  void shouldRefuseBoundarySetWithoutMoreThanTheFinalNorm() {
    Hash seed = new Hash(new byte[32]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PositionDraw.first(seed, new CaseSpan(0, 9, 9), 1));
  }
}
