package io.verillm.protocol.trace;

/** What a commitment is about. The code is what is hashed. */
public enum Step {
  /** The context has been processed. */
  PREFILL(0),
  /** An author has generated its segment. */
  FINAL(1);

  private final int code;

  Step(int code) {
    this.code = code;
  }

  /** Stable number, hashed and signed. */
  public int code() {
    return code;
  }
}
