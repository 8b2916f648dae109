package io.verillm.streams.tables;

/** A statement without an answer: not read-only, wrong, too large, or no tables. Says which. */
public final class SqlRefused extends Exception {
  private static final long serialVersionUID = 1L;

  SqlRefused(String reason) {
    super(reason);
  }
}
