package io.verillm.protocol.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import java.util.List;
import org.junit.jupiter.api.Test;

class SealedCommitmentTest {

  private static final Hash A = HashInput.of("a").hash();
  private static final Hash B = HashInput.of("b").hash();

  @Test
  void shouldChangeWithEveryField() {
    List<SealedCommitment> all =
        List.of(
            new SealedCommitment(A, "w", Step.FINAL, A, A, 1, A, FinishReason.EOS, "p", A),
            new SealedCommitment(B, "w", Step.FINAL, A, A, 1, A, FinishReason.EOS, "p", A),
            new SealedCommitment(A, "v", Step.FINAL, A, A, 1, A, FinishReason.EOS, "p", A),
            new SealedCommitment(A, "w", Step.PREFILL, A, A, 1, A, FinishReason.NONE, "p", A),
            new SealedCommitment(A, "w", Step.FINAL, B, A, 1, A, FinishReason.EOS, "p", A),
            new SealedCommitment(A, "w", Step.FINAL, A, B, 1, A, FinishReason.EOS, "p", A),
            new SealedCommitment(A, "w", Step.FINAL, A, A, 2, A, FinishReason.EOS, "p", A),
            new SealedCommitment(A, "w", Step.FINAL, A, A, 1, B, FinishReason.EOS, "p", A),
            new SealedCommitment(A, "w", Step.FINAL, A, A, 1, A, FinishReason.STOP, "p", A),
            new SealedCommitment(A, "w", Step.FINAL, A, A, 1, A, FinishReason.EOS, "q", A),
            new SealedCommitment(A, "w", Step.FINAL, A, A, 1, A, FinishReason.EOS, "p", B));
    assertThat(all).extracting(SealedCommitment::sealedRoot).doesNotHaveDuplicates();
  }

  @Test
  void shouldRefuseStepsWithTheWrongFinishReason() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new SealedCommitment(A, "w", Step.PREFILL, A, A, 1, A, FinishReason.EOS, "p", A));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new SealedCommitment(A, "w", Step.FINAL, A, A, 1, A, FinishReason.NONE, "p", A));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new SealedCommitment(A, "w", Step.FINAL, A, A, 0, A, FinishReason.EOS, "p", A));
  }
}
