package io.verillm.protocol.check;

/** A checker's vote about one case. */
public enum Decision {
  /** Every test that ran passed. */
  ACCEPT,
  /** A test failed. */
  REJECT,
  /** No test failed, but one is between honest and wrong. */
  UNSURE
}
