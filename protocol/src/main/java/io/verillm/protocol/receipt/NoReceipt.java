package io.verillm.protocol.receipt;

/** There is no receipt of a request, or not yet; the message says why. */
public final class NoReceipt extends Exception {
  private static final long serialVersionUID = 1L;

  /** With the reason. */
  public NoReceipt(String message) {
    super(message);
  }
}
