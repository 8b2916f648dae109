package io.verillm.schemas;

/** Bytes that are not an event: the message says which rule they break. An expected outcome. */
public final class UndecodableEvent extends Exception {
  private static final long serialVersionUID = 1L;

  UndecodableEvent(String reason) {
    super(reason, null, false, false);
  }
}
