package io.verillm.gpu.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.gpu.engine.EngineOptions;
import io.verillm.models.BuiltInModel;
import io.verillm.models.ModelStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoakTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void shouldWriteAndReadSequencesUntilItsTimeIsOver(int batch) throws InterruptedException {
    List<SoakRun.Sample> told = new ArrayList<>();
    SoakPlan plan =
        new SoakPlan(
            BuiltInModel.NAME, Duration.ofSeconds(4), 4, 4, EngineOptions.cpu().withBatch(batch));

    SoakRun run = new Soak(plan, new ModelStore(folder), told::add).run();

    assertThat(run.samples()).hasSize(4).isEqualTo(told);
    SoakRun.Sample last = run.samples().getLast();
    assertThat(last.seconds()).isGreaterThanOrEqualTo(4);
    assertThat(last.residentBytes()).isGreaterThan(10 << 20);
    assertThat(last.decoded()).isPositive();
    assertThat(last.read()).isPositive();
  }

  @Test
  void shouldCompareTheHalvesByWhatLiesOutsideTheHeap() {
    assertThat(run(100, 110, 100, 110).growth()).isEqualTo(1);
    assertThat(run(100, 110, 120, 132).growth()).isEqualTo(1.2);
  }

  private static SoakRun run(long... nativeBytes) {
    List<SoakRun.Sample> samples = new ArrayList<>();
    for (long bytes : nativeBytes) {
      long heap = 1000 * samples.size();
      samples.add(new SoakRun.Sample(samples.size(), bytes + heap, heap, 0, 0, 0, 0));
    }
    EngineOptions options = EngineOptions.cpu();
    SoakPlan plan = new SoakPlan("builtin", Duration.ofSeconds(1), 4, 1, options);
    return new SoakRun(LocalDate.EPOCH, Machine.of(options), plan, samples);
  }

  @Test
  void shouldRefuseAPlanThatShowsNothing() {
    assertThatThrownBy(() -> new SoakPlan("builtin", Duration.ZERO, 4, 1, EngineOptions.cpu()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
    assertThatThrownBy(
            () -> new SoakPlan("builtin", Duration.ofSeconds(1), 3, 1, EngineOptions.cpu()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3");
  }
}
