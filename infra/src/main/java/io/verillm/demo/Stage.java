package io.verillm.demo;

import java.util.Locale;

/** How far a request has come, as anyone can see it on the public topics. */
public enum Stage {
  /** Admitted: its escrow is granted. */
  QUEUED,
  /** An author sealed its part of a text; such a seal does not tell for which request. */
  GENERATED,
  /** The coordinator holds the part that the seal binds; a committee is drawn behind the last. */
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
