package io.verillm.gpu.engine;

/** The runtime refused or failed a computation, or a device is not there. */
public final class EngineFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EngineFailure(String message) {
    super(message);
  }

  public EngineFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
