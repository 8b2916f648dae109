package io.verillm.demo;

import java.util.Locale;

/** How far a request has come, as anyone can see it on the public topics. */
public enum Stage {
  /** Admitted: its escrow is granted. */
  QUEUED,
  /** An author sealed a finished text; such a seal does not tell for which request. */
  GENERATED,
  /** The coordinator holds the text that the seal binds; the committee is drawn next. */
  COMMITTED,
  /** All checkers are committed or late; the positions to open are drawn. */
  CHALLENGED,
  /** The last verdict of all its cases. */
  DECIDED;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
