package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TakeoverTest {
  private static final Optional<String> SILENT = Optional.of("consumer c was not polled");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final AtomicBoolean starting = new AtomicBoolean(true);
  private Instant now = Instant.EPOCH;
  private final Takeover takeover = new Takeover(starting::get, () -> now);

  @Test
  void shouldBeWellForAnHourWhileItsGroupSettlesAndThenNot() {
    assertThat(takeover.fault(Optional.empty())).isEmpty();
    now = now.plus(Takeover.SETTLE_MAX);
    assertThat(takeover.fault(Optional.empty())).isEmpty();
    now = now.plus(MINUTE);
    assertThat(takeover.fault(Optional.empty()))
        .contains("its group has not settled for 61 minutes");
  }

  @Test
  void shouldBeWellForSixHoursWhileItReplaysAndPollsNothing() {
    assertThat(takeover.fault(SILENT)).isEmpty();
    now = now.plus(Takeover.REPLAY_MAX);
    assertThat(takeover.fault(SILENT)).isEmpty();
    now = now.plus(MINUTE);
    assertThat(takeover.fault(SILENT)).contains("its group has not settled for 361 minutes");
  }

  @Test
  void shouldCountTheHourFromTheLastShardThatWasReplayed() {
    assertThat(takeover.fault(SILENT)).isEmpty();
    now = now.plus(Duration.ofHours(2));
    assertThat(takeover.fault(SILENT)).isEmpty();
    now = now.plus(MINUTE);
    assertThat(takeover.fault(Optional.empty())).as("between two shards").isEmpty();
    now = now.plus(Takeover.SETTLE_MAX.minus(MINUTE));
    assertThat(takeover.fault(SILENT)).isEmpty();
    now = now.plus(Takeover.SETTLE_MAX);
    assertThat(takeover.fault(Optional.empty())).isEmpty();
    now = now.plus(MINUTE);
    assertThat(takeover.fault(Optional.empty()))
        .contains("its group has not settled for 241 minutes");
  }

  @Test
  void shouldBeginAgainWithEachTakeoverAndExcuseNothingBehindIt() {
    takeover.fault(Optional.empty());
    now = now.plus(Takeover.SETTLE_MAX);
    starting.set(false);
    assertThat(takeover.fault(Optional.empty())).isEmpty();
    assertThat(takeover.fault(SILENT)).isEqualTo(SILENT);
    starting.set(true);
    now = now.plus(MINUTE);
    assertThat(takeover.fault(Optional.empty())).isEmpty();
  }
}
