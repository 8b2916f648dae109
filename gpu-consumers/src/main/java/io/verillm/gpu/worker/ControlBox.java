package io.verillm.gpu.worker;

import io.verillm.events.Control;
import io.verillm.events.ControlAction;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What the coordinator has said about one task. Continue is always followed by the Stop that says
 * where the segment ends, and nothing is told of a segment before that is known.
 */
final class ControlBox {
  private final CompletableFuture<ControlAction> known = new CompletableFuture<>();
  private volatile boolean continues;
  private volatile int stopSize = Integer.MAX_VALUE;

  void tell(Control control) {
    if (control.getAction() == ControlAction.CONTINUE) {
      continues = true;
    } else {
      stopSize = Math.min(stopSize, control.getSize());
      known.complete(continues ? ControlAction.CONTINUE : ControlAction.STOP);
    }
  }

  /** Whether {@link #await} would return at once. */
  boolean isTold() {
    return known.isDone();
  }

  /** Waits for the Stop: behind Continue it makes an author, alone a checker. */
  Optional<ControlAction> await(Duration wait) throws InterruptedException {
    try {
      return Optional.of(known.get(wait.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException none) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Most positions that the trace may have, as far as told. */
  int stopSize() {
    return stopSize;
  }
}
