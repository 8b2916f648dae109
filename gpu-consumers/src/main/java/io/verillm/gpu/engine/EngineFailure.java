package io.verillm.gpu.engine;

/**
 * The runtime refused or failed a computation, a device is not there, or a thread was told to stop.
 */
public class EngineFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EngineFailure(String message) {
    super(message);
  }

  public EngineFailure(String message, Throwable cause) {
    super(message, cause);
  }

  /** The same for another who asks. */
  EngineFailure again() {
    return new EngineFailure(String.valueOf(getMessage()), this);
  }

  static void ifInterrupted(int position) {
    if (Thread.currentThread().isInterrupted()) {
      throw new EngineFailure("interrupted before position " + position);
    }
  }
}
