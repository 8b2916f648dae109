package io.verillm.gpu.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.ModelRegistered;
import io.verillm.events.RequestInput;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Counters;
import io.verillm.topics.DeadLetterReason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DrawDeskTest {
  private static final DeadLetterReason UNSEEN = new DeadLetterReason("draw-unseen");

  private final Counters refused = new Counters();
  private long nanos;
  private final DrawDesk draws =
      new DrawDesk(
          "w-1",
          Catalogue.local(),
          new LogView("w-1", RegistrySnapshot.empty()),
          refused,
          () -> nanos);

  @Test
  void shouldTellOnceOfAChallengeWhoseEpochDoesNotCome() {
    // Without parameters half of the wait is 15 seconds.
    look();
    nanos += Duration.ofSeconds(14).toNanos();
    look();
    assertThat(refused.count(UNSEEN)).isZero();

    nanos += Duration.ofSeconds(2).toNanos();
    look();
    look();
    assertThat(refused.count(UNSEEN)).isOne();
  }

  @Test
  void shouldForgetWhatWaitedOfACaseThatIsClosed() {
    look();
    nanos += Duration.ofSeconds(14).toNanos();
    draws.close("request", 0);
    look();
    nanos += Duration.ofSeconds(14).toNanos();
    look();

    assertThat(refused.count(UNSEEN)).isZero();
  }

  private void look() {
    // Its epoch is asked for before anything that it is over.
    ByteBuffer nothing = ByteBuffer.allocate(0);
    Challenge challenge =
        new Challenge(
            "request",
            0,
            1,
            1,
            8L,
            nothing,
            7L,
            nothing,
            1,
            "",
            List.of(),
            List.of(),
            List.of(1),
            1,
            null);
    CaseGround ground =
        new CaseGround(new Accepted(), new RequestInput(), new ModelRegistered(), List.of(1), 1, 0);
    assertThat(draws.look(challenge, ground, Optional.empty()))
        .isEqualTo(DrawDesk.Draw.DRAW_UNSEEN);
  }
}
