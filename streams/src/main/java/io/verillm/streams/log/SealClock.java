package io.verillm.streams.log;

import java.time.Duration;

/** When the next epoch is due. Times are {@link System#nanoTime} values, handed in. */
final class SealClock {
  private final SealerSettings settings;
  private long lastSealNanos;
  private long firstArrivalNanos;
  private boolean arrived;

  SealClock(SealerSettings settings, long nowNanos) {
    this.settings = settings;
    // The first epoch is due at once.
    this.lastSealNanos = nowNanos - settings.idle().toNanos();
  }

  /** A record came that an idle sealer must not let wait. */
  void arrived(long nowNanos) {
    if (!arrived) {
      arrived = true;
      firstArrivalNanos = nowNanos;
    }
  }

  void sealed(long nowNanos) {
    lastSealNanos = nowNanos;
    arrived = false;
  }

  /** Time until the next seal; zero when it is due or overdue. */
  Duration untilDue(boolean busy, long nowNanos) {
    long sinceSeal = nowNanos - lastSealNanos;
    long due = settings.idle().toNanos() - sinceSeal;
    long busyDue = settings.busy().toNanos() - sinceSeal;
    if (busy) {
      due = busyDue;
    } else if (arrived) {
      long wakeDue = settings.wake().toNanos() - (nowNanos - firstArrivalNanos);
      due = Math.min(due, Math.max(busyDue, wakeDue));
    }
    return Duration.ofNanos(Math.max(0, due));
  }
}
