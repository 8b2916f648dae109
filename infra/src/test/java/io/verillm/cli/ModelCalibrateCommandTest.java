package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.verillm.gpu.calibration.CalibrationFile;
import io.verillm.models.ModelDirectory;
import io.verillm.models.ModelManifest;
import io.verillm.models.NumericProfile;
import io.verillm.protocol.crypto.Hash;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCalibrateCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  @Test
  void shouldReportWhatLimitsDo() throws IOException {
    Path file = folder.resolve("calibration.json");
    Path report = folder.resolve("report");
    Path page = folder.resolve("benchmarks.md");
    ModelManifest model =
        ModelManifest.of("builtin", ModelDirectory.builtIn(), NumericProfile.ONNXRUNTIME_CPU_FP32);
    CalibrationFile.builtIn(new Hash(model.modelIdBytes())).write(file);

    int status =
        run(
            "model",
            "calibrate",
            "builtin",
            "--with",
            file.toString(),
            "--report",
            report.toString(),
            "--report-pairs",
            "2",
            "--report-cheat-pairs",
            "1",
            "--markdown",
            page.toString());

    assertThat(err.toString()).isEmpty();
    assertThat(status).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("cheap-then-prefill");
    JsonNode json = new ObjectMapper().readTree(report.resolve("report.json").toFile());
    assertThat(json.at("/kinds/0/kind").asText()).isEqualTo("honest");
    assertThat(json.at("/kinds/0/cases").asInt()).isEqualTo(2);
    assertThat(Files.readAllLines(report.resolve("roc.csv")))
        .first()
        .isEqualTo("statistic,cheat,limit,false_alarms,found");
    BufferedImage picture = ImageIO.read(report.resolve("roc-mean-margin.png").toFile());
    assertThat(picture.getWidth()).isGreaterThan(500);
    assertThat(page)
        .content()
        .contains("| honest | 2 |", "| 0 | - | - | - | - |", "## Calibration of builtin");
  }

  @Test
  void shouldNotOverwriteTheBuiltInModelsCalibration() {
    assertThat(run("model", "calibrate", "builtin")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--to FILE");
  }

  @Test
  void shouldSayThatThereIsNoCalibrationToReportOn() {
    String absent = folder.resolve("absent.json").toString();

    assertThat(
            run("model", "calibrate", "builtin", "--with", absent, "--report", folder.toString()))
        .isEqualTo(ExitCode.UNREACHABLE);
    assertThat(err.toString()).contains("absent.json").hasLineCount(1);
  }

  private int run(String... args) {
    return Verillm.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }
}
