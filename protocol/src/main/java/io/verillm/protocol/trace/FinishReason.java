package io.verillm.protocol.trace;

/** Why a segment ended. The code is what is hashed. */
public enum FinishReason {
  /** It has not ended: the reason of every PREFILL. */
  NONE(0),
  /** The model chose its end token, which is not part of the output. */
  EOS(1),
  /** The request's or the model's limit was reached. */
  LENGTH(2),
  /** The coordinator stopped it: a stop string or a hand-over. */
  STOP(3);

  private final int code;

  FinishReason(int code) {
    this.code = code;
  }

  /** Stable number, hashed and signed. */
  public int code() {
    return code;
  }
}
