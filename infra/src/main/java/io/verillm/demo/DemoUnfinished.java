package io.verillm.demo;

/** A demo that did not come to its end in time; the message says how far it came. */
public final class DemoUnfinished extends Exception {
  private static final long serialVersionUID = 1L;

  DemoUnfinished(String reason) {
    super(reason, null, false, false);
  }
}
