package io.verillm.gpu.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.verillm.models.ModelConfig;
import io.verillm.models.RandomShape;
import java.util.List;
import org.junit.jupiter.api.Test;

class CellTest {
  private static final ModelConfig CONFIG =
      ModelConfig.parse(RandomShape.named("tinyllama-1.1b").configJson());

  /** Weights that every token meets: all but the embedding. */
  private static final double WEIGHTS = 1_100_048_384 - 32_000 * 2048;

  /** Memory without limits: a step costs 2 operations a weight, at a million weights a second. */
  private static final Roofline ROOF = new Roofline(Spread.of(1e30), Spread.of(2e6), 1);

  @Test
  void shouldCompareACheckWithAGenerationAtTheRoofWhoeverDecodes() {
    CellBench.Run slow = new CellBench.Run(1_000, 1e6, 200_000, 0);
    CellBench.Run fast = new CellBench.Run(1_000, 1e5, 200_000, 0);

    Cell one = Cell.of(8, 100, List.of(slow), CONFIG, ROOF);
    Cell other = Cell.of(8, 100, List.of(fast), CONFIG, ROOF);

    assertThat(one.ratio().median()).isEqualTo(200_000 / 1_001_000.0);
    assertThat(other.ratio().median()).isEqualTo(200_000 / 101_000.0);
    // 100 steps and 8 tokens read, but for attention and for seven positions without logits.
    double roofGenerate = 108 * WEIGHTS / 1e6;
    assertThat(one.ratioAtRoof().median())
        .isEqualTo(other.ratioAtRoof().median())
        .isCloseTo(200_000 / roofGenerate, within(0.01));
    // By operations alone it costs as much to read a text as to write it.
    assertThat(one.roofRatio()).isCloseTo(1, within(0.01));
    assertThat(one.timesRoof()).isCloseTo(200_000 / 1_001_000.0, within(0.01));
    assertThat(one.overRoof()).isCloseTo(200_000 / roofGenerate, within(0.02));
  }

  @Test
  void shouldBillThreeChecksWhatTheyDecodeAheadAHandoverAndPlantedRequests() {
    CellBench.Run run = new CellBench.Run(100, 900, 50, 40);

    Bill bill = Cell.of(8, 90, List.of(run), CONFIG, ROOF).bill();

    assertThat(bill.checks().median()).isCloseTo(0.15, within(1e-9));
    // Three times four tokens of 10 seconds.
    assertThat(bill.ahead().median()).isCloseTo(0.12, within(1e-9));
    assertThat(bill.handover().median()).isCloseTo(0.04, within(1e-9));
    assertThat(bill.flags().median()).isCloseTo(7.0 / 93 * 1.31, within(1e-9));
    assertThat(bill.total().median()).isCloseTo(0.31 + 7.0 / 93 * 1.31, within(1e-9));
  }

  @Test
  void shouldShareTheTimeOfABatchAmongItsTexts() {
    SaturationBench.Run run = new SaturationBench.Run(1_000, 800, 50, 25, 15, 880);

    SaturatedCell cell = SaturatedCell.of(8, 15, 4, List.of(run), CONFIG, ROOF);

    assertThat(cell.tokensPerSecond().median()).isEqualTo(0.06);
    assertThat(cell.hostShare().median()).isCloseTo(0.2, within(1e-9));
    assertThat(cell.ratio().median()).isEqualTo(0.1);
    assertThat(cell.mixedGain().median()).isEqualTo(1.25);
    // 800 seconds behind the prompts are 60 tokens: 12 of them for a generation of 250 seconds.
    assertThat(cell.bill().ahead().median()).isCloseTo(12 * 800 / 60.0 / 250, within(1e-9));
  }
}
