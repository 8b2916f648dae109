package io.verillm.gpu.task;

/** A signed task that no worker could do; its message says what is wrong with it. */
public final class InvalidTask extends Exception {
  private static final long serialVersionUID = 1L;

  public InvalidTask(String message) {
    super(message);
  }
}
