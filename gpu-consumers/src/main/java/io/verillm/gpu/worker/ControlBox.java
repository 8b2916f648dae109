package io.verillm.gpu.worker;

import io.verillm.events.Control;
import io.verillm.events.ControlAction;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the coordinator has said about one task. */
final class ControlBox {
  private final CompletableFuture<ControlAction> first = new CompletableFuture<>();
  private volatile int stopSize = Integer.MAX_VALUE;

  void tell(Control control) {
    if (control.getAction() == ControlAction.STOP) {
      stopSize = Math.min(stopSize, control.getSize());
    }
    first.complete(control.getAction());
  }

  /** Waits for the first word: Continue makes an author, Stop a checker. */
  Optional<ControlAction> await(Duration wait) throws InterruptedException {
    try {
      return Optional.of(first.get(wait.toMillis(), TimeUnit.MILLISECONDS));
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
