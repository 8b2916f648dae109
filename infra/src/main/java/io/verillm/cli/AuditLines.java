package io.verillm.cli;

import io.verillm.streams.audit.AuditProgress;
import java.io.PrintWriter;
import java.time.Duration;

/** Says on stderr how far an audit is: each step when it begins, and a long one once a second. */
final class AuditLines implements AuditProgress {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final PrintWriter err;
  private String step = "";
  private long saidAt;

  AuditLines(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void at(String now, int done, int all) {
    long nanos = System.nanoTime();
    if (!now.equals(step)) {
      err.println("audit: " + now + " ...");
    } else if (nanos - saidAt > PAUSE.toNanos()) {
      err.println("audit: %s, %d of %d".formatted(now, done, all));
    } else {
      return;
    }
    err.flush();
    step = now;
    saidAt = nanos;
  }
}
