package io.verillm.gpu.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Accepted;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogViewTest {
  private static final int FLOOD = 100_000;
  private static final Hash TASK = Hashing.hash("task");

  private final LogView log = new LogView("w", RegistrySnapshot.empty());

  @Test
  void shouldRememberItsOwnCommitmentWhateverOthersWrite() {
    log.add(commitment(TASK, "w", Wire.buffer(TASK)));

    for (int i = 0; i < FLOOD; i++) {
      log.add(commitment(Hashing.hash("task " + i), "flooder", Wire.buffer(TASK)));
    }

    assertThat(log.hasCommitted(TASK)).isTrue();
    assertThat(log.hasCommitted(Hashing.hash("task 0"))).isFalse();
  }

  @Test
  void shouldPassOverACommitmentThatCannotCount() {
    log.add(commitment(TASK, "w", Wire.buffer(new byte[31])));

    assertThat(log.hasCommitted(TASK)).isFalse();
  }

  @Test
  void shouldKeepOpenRequestsAloneWhicheverTopicWasReadFirst() {
    log.add(accepted("open"));
    log.add(accepted("over"));

    log.close("over", List.of());
    log.close("read late", List.of());
    log.add(accepted("read late"));

    assertThat(log.accepted("open")).isPresent();
    assertThat(log.accepted("over")).isEmpty();
    assertThat(log.accepted("read late")).isEmpty();
  }

  private static Accepted accepted(String requestId) {
    ByteBuffer hash = Wire.buffer(TASK);
    return new Accepted(
        requestId,
        hash,
        "requester:test",
        hash,
        3,
        hash,
        0.0,
        1,
        1.0,
        hash,
        5,
        1,
        0L,
        0L,
        hash,
        1,
        ByteBuffer.allocate(0),
        hash);
  }

  private static Commitment commitment(Hash task, String worker, ByteBuffer root) {
    return new Commitment(Wire.buffer(task), worker, CommitmentStep.PREFILL, root, null);
  }
}
