package io.verillm.gpu.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.verillm.gpu.engine.EngineOptions;
import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelStore;
import io.verillm.models.onnx.MatrixChain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineBenchTest {
  private static final Roofline.Probe PROBE = new Roofline.Probe(new MatrixChain(64, 2, 1), 8);

  @TempDir Path folder;

  @Test
  void shouldMeasureWhatFitsAndSayWhatDoesNot() {
    List<String> progress = new ArrayList<>();
    EngineCost cost = bench(plan("builtin", Duration.ofMinutes(5)), progress).run();

    assertThat(cost.roofline().bytesPerSecond().low()).isPositive();
    ModelCost model = cost.models().getFirst();
    assertThat(model.cells())
        .singleElement()
        .satisfies(cell -> {
          assertThat(cell.ratio().count()).isEqualTo(2);
          assertThat(cell.ratio().median()).isBetween(0.0, 1.0);
          assertThat(cell.bill().checks().low()).isCloseTo(3 * cell.ratio().low(), within(1e-9));
        });
    assertThat(model.saturated())
        .singleElement()
        .satisfies(cell -> {
          assertThat(cell.batch()).isEqualTo(3);
          assertThat(cell.tokensPerSecond().low()).isPositive();
          assertThat(cell.hostShare().low()).isBetween(0.0, 1.0);
          assertThat(cell.mixedGain().low()).isPositive();
          assertThat(cell.bill().total().low()).isPositive();
        });
    assertThat(model.skipped())
        .singleElement()
        .satisfies(skipped -> assertThat(skipped.reason()).contains("context of 1024"));
    assertThat(progress)
        .anyMatch(line -> line.contains("output 4096 skipped: longer"))
        .anyMatch(line -> line.matches("builtin: +generate [0-9.]+ s, check [0-9.]+ s, .*%"));
    assertThat(model.protocol().recording().low()).isPositive();
    assertThat(model.protocol().rows().count()).isEqualTo(2);
    assertThat(model.protocol().rows().low()).as("noise apart, rows cost").isBetween(-0.9, 9.0);
    assertThat(model.notCompared()).contains("--llama-cpp");
  }

  @Test
  void shouldSkipWhatTheBudgetDoesNotHold() {
    EngineCost cost = bench(plan("builtin", Duration.ZERO), new ArrayList<>()).run();

    assertThat(cost.models().getFirst().cells()).isEmpty();
    assertThat(cost.models().getFirst().skipped())
        .anyMatch(skipped -> skipped.reason().contains("the budget has 0 s left"));
  }

  @Test
  void shouldCountTheBytesThatGoToPublicTopics() {
    EngineCost cost = bench(plan("builtin", Duration.ZERO), new ArrayList<>()).run();

    PublicBytes bytes = cost.models().getFirst().publicBytes();
    int rowBytes = Float.BYTES * cost.models().getFirst().width();
    assertThat(bytes.total())
        .isEqualTo(bytes.commitments() + bytes.evidence() + bytes.openings() + bytes.votes());
    // One author and three checkers, 4 bytes for each of 16 tokens and the end.
    assertThat(bytes.evidence()).isEqualTo(4 * 4 * 17);
    assertThat(bytes.per32Tokens()).isEqualTo(2.0 * bytes.total());
    // Two rows at each of 8 positions (a third of 24), four times.
    assertThat(bytes.positions()).isEqualTo(8);
    assertThat(bytes.openings()).isGreaterThan(4 * 8 * 2 * rowBytes);
    assertThat(bytes.oneRow()).isBetween(bytes.noRows(), bytes.total() - 4 * 8 * rowBytes);
  }

  @Test
  void shouldRefuseAModelThatNobodyHas() {
    List<String> progress = new ArrayList<>();
    EngineBench bench = bench(plan("absent", Duration.ZERO), progress);

    assertThatThrownBy(bench::run)
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("absent");
    assertThat(progress).as("nothing was made or measured").isEmpty();
  }

  private EngineBench bench(BenchPlan plan, List<String> progress) {
    return new EngineBench(plan, new ModelStore(folder), progress::add);
  }

  private static BenchPlan plan(String model, Duration budget) {
    return new BenchPlan(
        List.of(model),
        List.of(8),
        List.of(16, 4096),
        3,
        2,
        budget,
        PROBE,
        EngineOptions.cpu(),
        Optional.empty());
  }
}
