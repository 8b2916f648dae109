package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.RowLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is simulated must be what was measured. */
class SimulatedModelTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path LIMITS =
      ROOT.resolve("gpu-consumers/src/main/resources/io/verillm/gpu/calibration/builtin-v1.json");
  private static final Path CURVES = ROOT.resolve("docs/calibration/roc.csv");
  private static final List<String> BOUNDARIES = List.of("block8", "block12", "norm");

  /** What a report of other pairs may differ by without another simulation. */
  private static final Percentage ANOTHER_MEASUREMENT = Percentage.withPercentage(30);

  /** One line of the curves: so large a share of the pairs lies at this limit or above. */
  private record Point(
      String statistic, String cheat, long limit, double falseAlarms, double found) {
    static Point of(String line) {
      String[] cells = line.split(",");
      return new Point(
          cells[0],
          cells[1],
          Long.parseLong(cells[2]),
          Double.parseDouble(cells[3]),
          Double.parseDouble(cells[4]));
    }
  }

  private static long number(String json, String after, String name) {
    Matcher matcher =
        Pattern.compile(Pattern.quote(after) + ".*?\"" + name + "\"\\s*:\\s*(\\d+)", Pattern.DOTALL)
            .matcher(json);
    assertThat(matcher.find()).as("%s of %s", name, after).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  @Test
  void shouldJudgeByTheLimitsInForce() throws IOException {
    String json = Files.readString(LIMITS);
    CalibrationPublished simulated = SimulatedModel.calibration();

    for (RowLimits limits : simulated.getRows()) {
      String boundary = '"' + limits.getBoundary() + '"';
      assertThat(limits.getOk()).as(boundary).isEqualTo(number(json, boundary, "ok"));
      assertThat(limits.getBad()).as(boundary).isEqualTo(number(json, boundary, "bad"));
    }
    assertThat((long) simulated.getMeanOk()).isEqualTo(number(json, "\"meanMargin\"", "ok"));
    assertThat((long) simulated.getMeanBad()).isEqualTo(number(json, "\"meanMargin\"", "bad"));
    assertThat((long) simulated.getMaxOk()).isEqualTo(number(json, "\"maximumMargin\"", "ok"));
    assertThat((long) simulated.getMaxBad()).isEqualTo(number(json, "\"maximumMargin\"", "bad"));
    assertThat((long) simulated.getClip()).isEqualTo(number(json, "{", "clip"));
    assertThat((long) simulated.getBand()).isEqualTo(number(json, "{", "band"));
    assertThat((long) simulated.getHonestPairs()).isEqualTo(number(json, "{", "honestPairs"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "bf16, bf16-cast",
    "int8, int8",
    "int4, int4",
    "fine-tuned, fine-tuned",
    "skipped-layers, skipped-layer"
  })
  void shouldDrawRowsAsFarAsWasMeasured(String name, String cheat) throws IOException {
    Distributions.Band band = Distributions.builtIn().band(name, "rows");

    assertThat(band.source()).isEqualTo("roc");
    assertThat(band.low())
        .isCloseTo(
            BOUNDARIES.stream().mapToLong(b -> exceeded(b, cheat, 0.99)).min().orElseThrow(),
            ANOTHER_MEASUREMENT);
    assertThat(band.high())
        .isCloseTo(
            BOUNDARIES.stream().mapToLong(b -> exceeded(b, cheat, 0.5)).max().orElseThrow(),
            ANOTHER_MEASUREMENT);
  }

  @Test
  void shouldMoveHonestRowsAsFarAsAnyHonestPairDid() {
    Distributions.Band band = Distributions.builtIn().band("honest", "rows");
    long highest =
        BOUNDARIES.stream()
            .mapToLong(b -> highest(p -> p.statistic().equals(b) && p.falseAlarms() > 0))
            .max()
            .orElseThrow();

    assertThat(band.low()).isZero();
    assertThat(band.high()).isCloseTo(highest, ANOTHER_MEASUREMENT);
  }

  @Test
  void shouldEndAsEarlyAsWasMeasured() {
    Distributions.Band band = Distributions.builtIn().band("early-stop", "end");

    assertThat(band.low())
        .isCloseTo(exceeded("largest margin", "early-stop", 0.99), ANOTHER_MEASUREMENT);
    assertThat(band.high())
        .isCloseTo(exceeded("largest margin", "early-stop", 0.5), ANOTHER_MEASUREMENT);
  }

  /** The highest limit that such a share of the pairs reaches. */
  private static long exceeded(String statistic, String cheat, double share) {
    return highest(
        p -> p.statistic().equals(statistic) && p.cheat().equals(cheat) && p.found() >= share);
  }

  private static long highest(Predicate<Point> wanted) {
    try (Stream<String> lines = Files.lines(CURVES)) {
      return lines
          .skip(1)
          .map(Point::of)
          .filter(wanted)
          .mapToLong(Point::limit)
          .max()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
