package io.verillm.cli;

import io.verillm.local.LocalStack;
import io.verillm.local.StackFolder;
import java.io.PrintWriter;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What Ctrl-C does to a run that has an end: stops its stack cleanly and says what is left. */
final class Interruption implements AutoCloseable {
  private final StackFolder folder;
  private final PrintWriter err;
  private final Thread hook = new Thread(this::stop, "interruption");
  private volatile @Nullable LocalStack stack;
  private volatile boolean stopping;

  private Interruption(StackFolder folder, PrintWriter err) {
    this.folder = folder;
    this.err = err;
  }

  static Interruption of(StackFolder folder, PrintWriter err) {
    Interruption interruption = new Interruption(folder, err);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Takes note of the stack; the same is returned. */
  LocalStack closing(LocalStack started) {
    stack = started;
    return started;
  }

  private void stop() {
    stopping = true;
    err.println("interrupted; stopping ...");
    err.flush();
    LocalStack started = stack;
    if (started != null) {
      started.close();
    }
    err.println("stopped; what the run came to is in " + folder.path());
    err.flush();
  }

  /**
   * The run is over. If that is so only because its stack was taken away, this never returns: the
   * process ends, and what the run makes of its fate is of no use to anybody.
   */
  @Override
  public void close() {
    while (stopping) {
      LockSupport.park();
    }
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
