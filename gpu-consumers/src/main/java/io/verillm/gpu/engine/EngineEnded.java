package io.verillm.gpu.engine;

/** An engine broke and computes nothing any more, though nobody closed it. */
public final class EngineEnded extends EngineFailure {
  private static final long serialVersionUID = 1L;

  /**
   * @param cause what broke it
   */
  public EngineEnded(Throwable cause) {
    super("the engine broke: " + cause, cause);
  }

  @Override
  EngineFailure again() {
    return new EngineEnded(this);
  }
}
