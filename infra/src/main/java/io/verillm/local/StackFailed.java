package io.verillm.local;

/** A stack that cannot run on what lies in its folder; the message says why. */
public final class StackFailed extends Exception {
  private static final long serialVersionUID = 1L;

  StackFailed(String reason, Throwable cause) {
    super(reason, cause);
  }
}
