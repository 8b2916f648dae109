package io.verillm.protocol.receipt;

/** Bytes that are no receipt; the message says why. */
public final class UnreadableReceipt extends Exception {
  private static final long serialVersionUID = 1L;

  private final String record;

  UnreadableReceipt(String record, String message) {
    super(message);
    this.record = record;
  }

  /** The record that is wrong, or {@code the file}. */
  String record() {
    return record;
  }
}
