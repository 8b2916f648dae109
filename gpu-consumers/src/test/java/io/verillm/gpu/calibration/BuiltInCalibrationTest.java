package io.verillm.gpu.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.gpu.engine.EngineDevice;
import io.verillm.models.BuiltInModel;
import io.verillm.protocol.check.RowThresholds;
import io.verillm.protocol.crypto.Hash;
import org.junit.jupiter.api.Test;

class BuiltInCalibrationTest {
  @Test
  void shouldBeTheBuiltInModelsAndTellItFromItsCheats() {
    try (BuiltInModel model = BuiltInModel.load()) {
      CalibrationFile file = CalibrationFile.builtIn(new Hash(model.manifest().modelIdBytes()));

      assertThat(file.honestPairs()).isGreaterThanOrEqualTo(200);
      assertThat(file.rows()).hasSize(model.config().boundaries().size());
      assertThat(file.rows())
          .allSatisfy(row -> {
            assertThat(row.limits().highestHonest()).isLessThanOrEqualTo(row.limits().ok());
            assertThat(row.limits().lowestCheat()).isGreaterThan(row.limits().bad());
          });
      assertThat(file.toCalibration().rows()).doesNotContain(new RowThresholds(0, 0));
    }
  }

  @Test
  void shouldMeasureTheSamePairsAgainAndFindTheirRowsApart() {
    try (BuiltInModel model = BuiltInModel.load()) {
      CalibrationPlan plan = CalibrationPlan.builtIn().withPairs(3, 2);

      CalibrationFile file =
          CalibrateModel.calibrate(model.directory(), plan, EngineDevice.CPU, done -> {});

      assertThat(file.modelId()).isEqualTo(model.manifest().modelId());
      assertThat(file.rows())
          .allSatisfy(
              row -> assertThat(row.limits().lowestCheat()).isGreaterThan(row.limits().bad()));
    }
  }
}
