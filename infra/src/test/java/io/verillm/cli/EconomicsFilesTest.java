package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.verillm.protocol.sim.Estimate;
import io.verillm.protocol.sim.MeasuredErrors;
import io.verillm.protocol.sim.adversary.Gallery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EconomicsFilesTest {
  @TempDir Path folder;

  @Test
  void shouldPlayThoseLongRunsThatAreMissing() throws IOException {
    for (String name : Gallery.all().keySet()) {
      if (!name.equals("int8")) {
        Files.writeString(folder.resolve(name + ".json"), "kept");
      }
    }

    new EconomicsFiles(1, 60, 1).writeRuns(folder);

    JsonNode run = new ObjectMapper().readTree(folder.resolve("int8.json").toFile());
    assertThat(run.path("cases").asInt()).isEqualTo(60);
    assertThat(run.path("gain").asDouble()).isNegative();
    assertThat(run.path("command").asText())
        .isEqualTo("./verillm simulate --adversary int8=0.1 --flags 5,2 --seed 1 --cases 60");
    assertThat(folder.resolve("lazy.json")).hasContent("kept");
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
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
               {"kind": "int8", "notAccepted": {"mean": 1, "low": 0.9, "high": 1, "count": 40}},
               {"kind": "int4", "notAccepted": {"mean": 1, "low": 0.8, "high": 1, "count": 20}}]}
            """);

    MeasuredErrors errors = EconomicsFiles.errors(report);

    assertThat(errors.calibration()).isEqualTo("builtin of 2026-11-23T02:14:19Z");
    assertThat(errors.honestRejected()).isEqualTo(new Estimate(0, 0, 0.02, 190));
    assertThat(errors.cheatsNotAccepted())
        .containsOnly(
            Map.entry("int8", new Estimate(1, 0.9, 1, 40)),
            Map.entry("int4", new Estimate(1, 0.8, 1, 20)));
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
