package io.verillm.gpu.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.verillm.models.ModelConfig;
import io.verillm.models.RandomShape;
import org.junit.jupiter.api.Test;

class WorkTest {
  private static final ModelConfig TIED = config("smollm2-135m");
  private static final ModelConfig UNTIED = config("tinyllama-1.1b");

  @Test
  void shouldReadEveryWeightOnceForATokenButNotAnEmbeddingThatIsOnlyLookedUp() {
    assertThat(Work.decode(TIED, 0).bytes()).isEqualTo(4.0 * 134_515_008);
    assertThat(Work.decode(UNTIED, 0).bytes()).isEqualTo(4.0 * (1_100_048_384L - 32_000 * 2048));
  }

  @Test
  void shouldReadTheCacheOfEveryTokenBefore() {
    double cached = Work.decode(TIED, 1000).bytes() - Work.decode(TIED, 0).bytes();
    // 30 blocks, keys and values, 3 heads of 64, 4 bytes each.
    assertThat(cached).isEqualTo(1000.0 * 30 * 2 * 3 * 64 * 4);
  }

  @Test
  void shouldReadTheWeightsOnceForSeveralSequences() {
    double more = Work.decode(TIED, 1000, 8).bytes() - Work.decode(TIED, 1000, 1).bytes();
    assertThat(more).isEqualTo(7 * 1000.0 * 30 * 2 * 3 * 64 * 4);
  }

  @Test
  void shouldNeedLogitsOnlyWhereATokenIsJudged() {
    double saved =
        Work.prefill(TIED, 100, 100).operations() - Work.prefill(TIED, 100, 1).operations();
    assertThat(saved).isCloseTo(99.0 * 2 * 49_152 * 576, within(1.0));
  }

  @Test
  void shouldNeedAsMuchForATextAtOnceAsForItsTokensOneByOne() {
    double one = 0;
    for (int position = 0; position < 50; position++) {
      one += Work.decode(TIED, position + 1).operations();
    }
    assertThat(Work.prefill(TIED, 50, 50).operations()).isCloseTo(one, within(1e-6 * one));
  }

  private static ModelConfig config(String shape) {
    return ModelConfig.parse(RandomShape.named(shape).configJson());
  }
}
