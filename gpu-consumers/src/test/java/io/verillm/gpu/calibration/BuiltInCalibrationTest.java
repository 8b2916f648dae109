package io.verillm.gpu.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.gpu.engine.EngineDevice;
import io.verillm.models.BuiltInModel;
import io.verillm.protocol.check.RowThresholds;
import io.verillm.protocol.crypto.Hash;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
      CalibrationPlan plan = CalibrationPlan.of("builtin").withPairs(3, 2);
      LongAccumulator told = new LongAccumulator(Math::max, 0);
      CalibrateModel calibrate =
          new CalibrateModel(
              CalibratedModel.builtIn(),
              plan,
              EngineDevice.CPU,
              2,
              (done, most) -> {
                told.accumulate(done);
                assertThat(most).isEqualTo(2 * 3 + 3 * 2);
              });

      CalibrationFile file = calibrate.measure();

      assertThat(told.get()).isEqualTo(2 * 3 + 3 * 2);

      assertThat(file.modelId()).isEqualTo(model.manifest().modelId());
      assertThat(file.rows())
          .allSatisfy(
              row -> assertThat(row.limits().lowestCheat()).isGreaterThan(row.limits().bad()));
    }
  }

  @TempDir Path folder;

  @Test
  void shouldAcceptHonestPairsAndRejectCheats() {
    try (BuiltInModel model = BuiltInModel.load()) {
      CalibrationFile file = CalibrationFile.builtIn(new Hash(model.manifest().modelIdBytes()));

      CalibrationPlan plan = CalibrationPlan.of("builtin").withReport(3, 1);
      CalibrationReport report =
          new CalibrateModel(
                  CalibratedModel.builtIn(), plan, EngineDevice.CPU, 3, (done, most) -> {})
              .report(file, folder.resolve("cases.jsonl"));

      assertThat(report.skipped()).isEmpty();
      assertThat(report.kinds()).hasSize(1 + Cheat.values().length);
      assertThat(tally(report, "honest").rejected().mean()).isZero();
      assertThat(tally(report, "honest").notAccepted().mean()).isZero();
      for (Cheat cheat :
          List.of(
              Cheat.BF16_CAST,
              Cheat.INT8,
              Cheat.INT4,
              Cheat.OTHER_MODEL,
              Cheat.SKIPPED_LAYER,
              Cheat.FINE_TUNED,
              Cheat.EDITED_PROMPT)) {
        assertThat(tally(report, cheat.label()).reasons()).containsOnlyKeys("MODEL");
      }
      for (Roc roc : report.rocs()) {
        if (roc.statistic().equals(CalibrationReport.MEAN_MARGIN)) {
          assertThat(roc.area())
              .as(roc.cheat())
              .isLessThanOrEqualTo(report.largestTextArea(tally(report, roc.cheat())));
        }
      }
      assertThat(tally(report, "early-stop").reasons()).containsOnlyKeys("END");
      assertThat(tally(report, "cheap-then-prefill").reasons()).containsOnlyKeys("SAMPLING");
    }
  }

  @Test
  void shouldComputeTheSamePairsHoweverManyAtOnce() {
    try (BuiltInModel model = BuiltInModel.load();
        PairEngines engines = new PairEngines(CalibratedModel.builtIn(), EngineDevice.CPU)) {
      CalibrationPlan plan = CalibrationPlan.of("builtin");
      List<List<Hash>> roots = new ArrayList<>();
      for (int parallel : new int[] {1, 3}) {
        PairBench bench = new PairBench(engines, model.tokenizer(), plan, parallel, done -> {});
        roots.add(
            List.copyOf(
                bench
                    .honest(
                        CalibrationSet.REPORT,
                        // All of a setting without batches, whose runs are each its own.
                        IntStream.range(0, 5).map(i -> i * engines.settings().size()),
                        (index, pair) -> pair.author().trace().root())
                    .values()));
      }

      assertThat(roots.getFirst()).hasSize(5).doesNotHaveDuplicates().isEqualTo(roots.getLast());
    }
  }

  private static Tally tally(CalibrationReport report, String kind) {
    return report.kinds().stream().filter(t -> t.kind().equals(kind)).findFirst().orElseThrow();
  }
}
