package io.verillm.gpu.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.gpu.bench.Machine;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationFileTest {
  private static final Hash MODEL = Hashing.hash("model");

  @TempDir Path directory;

  @Test
  void shouldReadWhatItWrote() {
    Path path = directory.resolve("calibration.json");
    CalibrationFile file = file();

    file.write(path);

    assertThat(CalibrationFile.read(path, MODEL)).isEqualTo(file);
    assertThat(file.toCalibration().rows()).hasSize(2);
    assertThat(file.toCalibration().band()).isEqualTo(16);
  }

  @Test
  void shouldRefuseAnotherModel() {
    Path path = directory.resolve("calibration.json");
    file().write(path);
    Hash other = Hashing.hash("other-model");

    assertThatThrownBy(() -> CalibrationFile.read(path, other))
        .isInstanceOf(CalibrationMismatch.class)
        .hasMessageContaining(other.hex())
        .hasMessageContaining(MODEL.hex());
  }

  @Test
  void shouldRefuseWhatIsNoCalibration() throws Exception {
    Path path = directory.resolve("calibration.json");
    for (String text : List.of("", "{}", "[1]", "{\"calibrationId\": 3, \"x\": 4}")) {
      Files.writeString(path, text);
      assertThatThrownBy(() -> CalibrationFile.read(path, MODEL))
          .isInstanceOf(CalibrationMismatch.class);
    }
    assertThatThrownBy(() -> CalibrationFile.read(directory.resolve("absent"), MODEL))
        .isInstanceOf(CalibrationMismatch.class)
        .hasMessageContaining("absent");
  }

  @Test
  void shouldBindItsPublishedContentInItsId() {
    CalibrationFile other = file(17, file().measured());

    assertThat(file().calibrationId()).matches("my-model-20261123021405-[0-9a-f]{8}");
    assertThat(file().calibrationId()).isEqualTo(file().calibrationId());
    assertThat(other.calibrationId()).isNotEqualTo(file().calibrationId());
  }

  @Test
  void shouldGiveALaterMeasurementTheGreaterId() {
    assertThat(file(16, "2027-01-01T00:00:00Z").calibrationId())
        .isGreaterThan(file(17, "2026-12-31T23:59:59Z").calibrationId());
  }

  private static CalibrationFile file() {
    return file(16, "2026-11-23T02:14:05Z");
  }

  private static CalibrationFile file(int band, String measured) {
    Limits limits = Limits.between(10, 1_000, 1);
    return new CalibrationFile(
        "my-model",
        measured,
        MODEL.hex(),
        "author",
        "checker",
        List.of(
            new CalibrationFile.RowLimit("block1", limits),
            new CalibrationFile.RowLimit("norm", limits)),
        limits,
        limits,
        1 << 16,
        band,
        200,
        new CalibrationFile.Origin(
            40, 7, 96, 24, List.of("In"), List.of("a against b"), Machine.of(EngineOptions.cpu())),
        List.of("INT8"),
        List.of("INT4"));
  }
}
