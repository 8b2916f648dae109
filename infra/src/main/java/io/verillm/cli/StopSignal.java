package io.verillm.cli;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;
import sun.misc.Signal;

/**
 * What Ctrl-C and SIGTERM do to this process. No shutdown hook: hooks run side by side, and ONNX
 * Runtime has one that takes its environment away from under sessions that still compute, which
 * crashes the process. Here what runs is stopped first, and hooks come after that.
 */
final class StopSignal {
  private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");
  private static final AtomicBoolean RECEIVED = new AtomicBoolean();

  private static volatile IntUnaryOperator action = StopSignal::halt;

  private StopSignal() {}

  /** Takes the signals over; to be called once, before a command runs. */
  static void install() {
    SIGNALS.forEach(name -> Signal.handle(new Signal(name), StopSignal::received));
  }

  /**
   * From now on the first signal stops the process so; a second one ends it where it stands.
   *
   * @param stop takes the exit status that is usual for the signal (130 for Ctrl-C), gives the one
   *     to end with
   */
  static void stopsBy(IntUnaryOperator stop) {
    action = stop;
  }

  /** Returns if no signal came. Else the process ends by it, and this never returns. */
  static void leaveIfReceived() {
    while (RECEIVED.get()) {
      // A thread that is interrupted does not park.
      Thread.interrupted();
      LockSupport.park();
    }
  }

  private static void received(Signal signal) {
    int usual = 128 + signal.getNumber();
    if (RECEIVED.getAndSet(true)) {
      halt(usual);
    }
    int status;
    try {
      status = action.applyAsInt(usual);
    } catch (RuntimeException e) {
      System.err.println("verillm: could not stop in order: " + e);
      status = halt(usual);
    }
    System.exit(status);
  }

  /** Without hooks: nothing was stopped that they could take away from. */
  private static int halt(int status) {
    Runtime.getRuntime().halt(status);
    return status;
  }
}
