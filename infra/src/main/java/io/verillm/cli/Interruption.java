package io.verillm.cli;

import io.verillm.local.LocalStack;
import io.verillm.local.StackFolder;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** What Ctrl-C does to a run that has an end: stops its stack cleanly and says what is left. */
final class Interruption implements AutoCloseable {
  private final StackFolder folder;
  private final PrintWriter err;
  private volatile @Nullable LocalStack stack;

  private Interruption(StackFolder folder, PrintWriter err) {
    this.folder = folder;
    this.err = err;
  }

  static Interruption of(StackFolder folder, PrintWriter err) {
    Interruption interruption = new Interruption(folder, err);
    StopSignal.stopsBy(interruption::stop);
    return interruption;
  }

  /** Takes note of the stack; the same is returned. */
  LocalStack closing(LocalStack started) {
    stack = started;
    return started;
  }

  private int stop(int status) {
    err.println("interrupted; stopping ...");
    err.flush();
    LocalStack started = stack;
    if (started != null) {
      started.close();
    }
    err.println("stopped; what the run came to is in " + folder.path());
    err.flush();
    if (started == null) {
      // Whatever is being started computes on; hooks would take the model away from it.
      Runtime.getRuntime().halt(status);
    }
    return status;
  }

  /**
   * The run is over. If that is so only because its stack was taken away, this never returns: the
   * process ends, and what the run makes of its fate is of no use to anybody.
   */
  @Override
  public void close() {
    StopSignal.leaveIfReceived();
  }
}
