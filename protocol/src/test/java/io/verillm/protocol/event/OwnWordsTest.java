package io.verillm.protocol.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.protocol.money.Parameters;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnWordsTest {
  private static final WorkerReady READY = new WorkerReady("w-01", List.of(), "cpu-fp32", true, 1L);
  private static final WorkerRegistered REGISTERED =
      new WorkerRegistered("w-01", "op", ByteBuffer.allocate(32), ByteBuffer.allocate(0));

  @Test
  void shouldLetAWorkerSpeakForItself() {
    assertThat(OwnWords.of(Signers.worker("w-01"), READY)).isTrue();
    assertThat(OwnWords.of(Signers.worker("w-01"), REGISTERED)).isTrue();
  }

  @Test
  void shouldLetNobodySpeakForAWorker() {
    assertThat(OwnWords.of(Signers.worker("w-02"), READY)).isFalse();
    assertThat(OwnWords.of(Signers.worker("w-02"), REGISTERED)).isFalse();
    assertThat(OwnWords.of(Signers.COORDINATOR, READY)).isFalse();
    assertThat(OwnWords.of("w-01", READY)).isFalse();
  }

  @Test
  void shouldLeaveEventsAloneThatNoWorkerSays() {
    assertThat(OwnWords.of(Signers.COORDINATOR, Parameters.standard().toEvent())).isTrue();
  }
}
