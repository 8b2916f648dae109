package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.verillm.protocol.money.HonestyBound;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.sim.Estimate;
import io.verillm.protocol.sim.HonestRuns;
import io.verillm.protocol.sim.LongRun;
import io.verillm.protocol.sim.MeasuredErrors;
import io.verillm.protocol.sim.adversary.Gallery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EconomicsFilesTest {
  private static final Path REPORT = Path.of("..", "docs", "calibration", "report.json");

  /** Errors are rounded up to a hundredth of a per cent. */
  private static final double ROUNDING = 1e-4;

  @TempDir Path folder;

  @Test
  void shouldPlayThoseLongRunsThatAreMissing() throws IOException {
    EconomicsFiles files = new EconomicsFiles(1, 60, 1);
    LongRun run =
        LongRun.play(
            "int8", 0.1, 1, 60, new HonestRuns(), new LongRun.Made("", "2026-11-23", "a machine"));
    for (String name : Gallery.all().keySet()) {
      if (!name.equals("int8")) {
        keep(
            name,
            run,
            "./verillm simulate --adversary %s=0.1 --flags 5,2 --w 72.0 --seed 1 --cases 60");
      }
    }
    String kept = Files.readString(folder.resolve("lazy.json"));

    List<String> told = files.writeRuns(folder, Gallery.all().keySet());

    JsonNode written = new ObjectMapper().readTree(folder.resolve("int8.json").toFile());
    assertThat(written.path("cases").asInt()).isEqualTo(60);
    assertThat(written.path("gain").path("mean").asDouble()).isNegative();
    assertThat(written.path("decisions").asText()).isEqualTo(run.decisions());
    assertThat(written.path("command").asText())
        .isEqualTo(
            "./verillm simulate --adversary int8=0.1 --flags 5,2 --w 72.0 --seed 1 --cases 60");
    assertThat(folder.resolve("lazy.json")).hasContent(kept);
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
    assertThat(told)
        .contains(
            "written " + folder.resolve("int8.json"),
            "kept " + folder.resolve("lazy.json") + " of 2026-11-23");
  }

  @Test
  void shouldPlayOnlyWhatIsNamedAndKnown() throws IOException {
    EconomicsFiles files = new EconomicsFiles(1, 60, 1);

    files.writeRuns(folder, Set.of("lazy"));

    assertThat(folder).isDirectoryContaining("glob:**lazy.json");
    assertThat(folder.toFile().list()).hasSize(1);
    assertThatThrownBy(() -> files.writeRuns(folder, Set.of("nobody")))
        .hasMessageContaining("'nobody'");
  }

  @Test
  void shouldTellWhichLongRunsAreMissingAndPlayNone() throws IOException {
    LongRun run =
        LongRun.play(
            "lazy", 0.1, 1, 60, new HonestRuns(), new LongRun.Made("", "2026-11-23", "a machine"));
    keep(
        "lazy",
        run,
        "./verillm simulate --adversary %s=0.1 --flags 5,2 --w 72.0 --seed 1 --cases 60");
    keep(
        "int8",
        run,
        "./verillm simulate --adversary %s=0.1 --flags 5,2 --w 72.0 --seed 1 --cases 2000");

    List<String> told =
        new EconomicsFiles(1, 60, 1).listRuns(folder, List.of("int4", "int8", "lazy"));

    assertThat(told)
        .containsExactly(
            "missing int4",
            "other   int8 of 2026-11-23, by `./verillm simulate --adversary int8=0.1 --flags 5,2 --w 72.0 --seed 1"
                + " --cases 2000`",
            "there   lazy of 2026-11-23",
            "1 of 3 is there");
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("int8.json", "lazy.json");
  }

  @Test
  void shouldKeepWhatACoalitionGainsInAll() throws IOException {
    EconomicsFiles files = new EconomicsFiles(1, 60, 1);

    files.writeRuns(folder, Set.of("collusion", "lazy"));

    JsonNode total = run("collusion").path("coalition");
    JsonNode gain = run("collusion").path("gain");
    long tasks = gain.path("count").asLong();
    assertThat(tasks).isPositive();
    assertThat(total.path("count").asLong()).isEqualTo(tasks);
    assertThat(total.path("mean").asDouble())
        .isCloseTo(gain.path("mean").asDouble() * tasks, within(1e-6));
    assertThat(total.path("low").asDouble()).isLessThan(total.path("mean").asDouble());
    assertThat(total.path("high").asDouble()).isGreaterThan(total.path("mean").asDouble());
    assertThat(run("lazy").path("coalition").path("count").asLong()).isZero();
  }

  private JsonNode run(String name) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(name + ".json").toFile());
  }

  /** Files from before coalitions were told as a whole, and the harm of honest parties. */
  @Test
  void shouldReadALongRunThatSaysNothingOfACoalition() throws IOException {
    LongRun run =
        LongRun.play(
            "lazy", 0.1, 1, 60, new HonestRuns(), new LongRun.Made("", "2026-11-23", "a machine"));
    ObjectNode json = new ObjectMapper().valueToTree(run);
    json.remove(List.of("coalition", "honestNotAccepted", "sentinel", "honest"));

    LongRun read = new ObjectMapper().readValue(json.toString(), LongRun.class);

    assertThat(read.coalition()).isEqualTo(run.coalition());
    assertThat(read.gain()).isEqualTo(run.gain());
    assertThat(read.honest()).isEqualTo(Estimate.NONE);
    assertThat(read.honestNotAccepted()).isEqualTo(Estimate.NONE);
  }

  @Test
  void shouldWriteThePageWithTheLongRunsBesideIt() throws IOException {
    LongRun run =
        LongRun.play(
            "lazy", 0.1, 1, 60, new HonestRuns(), new LongRun.Made("x", "2026-11-22", "machine"));
    Files.createDirectories(folder.resolve("runs"));
    new ObjectMapper().writeValue(folder.resolve("runs/lazy.json").toFile(), run);
    Files.writeString(folder.resolve("runs/lazy.part"), "unfinished");
    Path report =
        Files.writeString(
            folder.resolve("report.json"),
            """
            {"calibration": {"model": "builtin", "measured": "2026-11-23T02:14:19Z"},
             "kinds": [
               {"kind": "honest", "rejectedLast": {"mean": 0, "low": 0, "high": 0.02, "count": 190}},
               {"kind": "int8", "rejectedLast": {"mean": 1, "low": 0.9, "high": 1, "count": 40}}]}
            """);

    new EconomicsFiles(1, 20, 2).writePage(folder, report);

    List<String> page = Files.readAllLines(folder.resolve("economics.md"));
    assertThat(page.get(2))
        .startsWith(
            "Written by `./verillm simulate --tables docs --seed 1 --cases 20 --measured "
                + report);
    assertThat(page.stream().filter(line -> line.startsWith("## ")))
        .extracting(line -> line.split("[ .]")[1])
        .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
    assertThat(page)
        .filteredOn(line -> line.startsWith("| lazy, 10 % | 72.0c | 60 | "))
        .singleElement()
        .satisfies(line -> assertThat(line).endsWith("| 2026-11-22 |"));
    assertThat(page)
        .filteredOn(line -> line.startsWith("| at most | 2.00 % | 10.00 % |"))
        .hasSize(1);
  }

  @Test
  void shouldRefuseALongRunOfAnotherCommand() throws IOException {
    LongRun run =
        LongRun.play(
            "lazy", 0.1, 1, 60, new HonestRuns(), new LongRun.Made("", "2026-11-23", "a machine"));
    keep(
        "lazy",
        run,
        "./verillm simulate --adversary %s=0.1 --flags 5,2 --w 72.0 --seed 1 --cases 2000");

    assertThatThrownBy(() -> new EconomicsFiles(1, 60, 1).writeRuns(folder, Gallery.all().keySet()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lazy.json")
        .hasMessageContaining("--cases 2000");
    assertThat(folder.resolve("int8.json")).doesNotExist();
  }

  private void keep(String name, LongRun run, String command) throws IOException {
    ObjectNode json = new ObjectMapper().valueToTree(run);
    json.put("command", command.formatted(name));
    Files.writeString(folder.resolve(name + ".json"), json.toString());
  }

  @Test
  void shouldTakeErrorsFromACalibrationsReport() throws IOException {
    Path report =
        Files.writeString(
            folder.resolve("report.json"),
            """
            {"calibration": {"model": "builtin", "measured": "2026-11-23T02:14:19Z"},
             "kinds": [
               {"kind": "honest", "rejectedLast": {"mean": 0, "low": 0, "high": 0.02, "count": 190}},
               {"kind": "int8", "rejectedLast": {"mean": 1, "low": 0.9, "high": 1, "count": 40}},
               {"kind": "int4", "rejectedLast": {"mean": 1, "low": 0.8, "high": 1, "count": 20}}]}
            """);

    MeasuredErrors errors = EconomicsFiles.errors(report);

    assertThat(errors.calibration()).isEqualTo("builtin of 2026-11-23T02:14:19Z");
    assertThat(errors.honestRejected()).isEqualTo(new Estimate(0, 0, 0.02, 190));
    assertThat(errors.cheatsRejected())
        .containsOnly(
            Map.entry("int8", new Estimate(1, 0.9, 1, 40)),
            Map.entry("int4", new Estimate(1, 0.8, 1, 20)));
  }

  /** Who measures again changes the constants, and with them w, where this fails. */
  @Test
  void shouldTakeTheTablesErrorsFromTheReportOfTheBuiltInModel() throws IOException {
    MeasuredErrors errors = EconomicsFiles.errors(REPORT);

    assertThat(HonestyBound.FALSE_POSITIVE_MOST)
        .isGreaterThanOrEqualTo(errors.falsePositiveMost())
        .isCloseTo(errors.falsePositiveMost(), within(ROUNDING));
    assertThat(HonestyBound.FALSE_NEGATIVE_MOST)
        .isGreaterThanOrEqualTo(errors.falseNegativeMost())
        .isCloseTo(errors.falseNegativeMost(), within(ROUNDING));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 7})
  void shouldPayNoLessThanTheMeasuredErrorsAskFor(int checkers) throws IOException {
    MeasuredErrors errors = EconomicsFiles.errors(REPORT);
    HonestyBound asked =
        HonestyBound.reference(checkers, 1.0 / 3)
            .withErrors(errors.falsePositiveMost(), errors.falseNegativeMost());
    Parameters table = checkers == 3 ? Parameters.standard() : Parameters.standardOfSeven();

    assertThat((double) table.peerWeight() / Parameters.UNITS_PER_CHECK)
        .isGreaterThanOrEqualTo(asked.weight());
  }

  @Test
  void shouldRefuseAReportWithoutWhatItNeeds() throws IOException {
    Path report =
        Files.writeString(
            folder.resolve("other.json"), "{\"kinds\": [{\"kind\": \"honest\", \"pairs\": 3}]}");

    assertThatThrownBy(() -> EconomicsFiles.errors(report))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other.json")
        .hasMessageContaining("no 'rejectedLast' of kind 'honest'");
  }
}
