package io.verillm.streams.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.topics.KafkaAccess;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SealClockTest {
  private static final long START = 1_000_000_000_000L;
  private final SealClock clock =
      new SealClock(SealerSettings.of(KafkaAccess.open("unused")), START);

  @Test
  void shouldSealAtOnceAfterAStart() {
    assertThat(clock.untilDue(false, START)).isZero();
  }

  @Test
  void shouldRestTenSecondsWhileNothingComes() {
    clock.sealed(START);

    assertThat(clock.untilDue(false, START)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void shouldSealEveryTickWhileARequestIsOpen() {
    clock.sealed(START);

    assertThat(clock.untilDue(true, at(100))).isEqualTo(Duration.ofMillis(150));
  }

  @Test
  void shouldWakeFiftyMillisecondsAfterTheFirstOfSeveralArrivals() {
    clock.sealed(START);
    clock.arrived(at(5_000));
    clock.arrived(at(5_040));

    assertThat(clock.untilDue(false, at(5_040))).isEqualTo(Duration.ofMillis(10));
  }

  @Test
  void shouldNotSealMoreThanOncePerTickHoweverManyRecordsCome() {
    clock.sealed(START);
    clock.arrived(at(10));

    assertThat(clock.untilDue(false, at(60))).isEqualTo(Duration.ofMillis(190));
  }

  @Test
  void shouldNeverGiveATimeBelowZeroWhenASealIsOverdue() {
    clock.sealed(START);

    assertThat(clock.untilDue(true, at(900))).isZero();
  }

  private static long at(long millis) {
    return START + Duration.ofMillis(millis).toNanos();
  }
}
