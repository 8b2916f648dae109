package io.verillm.models;

import java.util.Arrays;
import java.util.function.Function;

/**
 * Turns one answer's tokens into text as they come. A character whose bytes are spread over several
 * tokens appears whole, with its last token. Not safe for use by many threads.
 */
public final class TokenStream {

  /** UTF-8 has at most four bytes a character, so more pending tokens are no character at all. */
  private static final int PENDING_MAX = 4;

  private static final char REPLACEMENT = '\ufffd';

  private final Function<int[], String> decode;
  private int[] window = new int[0];
  private int shown;

  TokenStream(Function<int[], String> decode) {
    this.decode = decode;
  }

  /** The text that this token completes, often one word, sometimes none. */
  public String next(int token) {
    window = Arrays.copyOf(window, window.length + 1);
    window[window.length - 1] = token;
    String text = unseen();
    boolean incomplete = !text.isEmpty() && text.charAt(text.length() - 1) == REPLACEMENT;
    if (text.isEmpty() || (incomplete && window.length - shown < PENDING_MAX)) {
      return "";
    }
    // The tokens shown last stay as context: some tokenizers write a first word without its space.
    window = Arrays.copyOfRange(window, shown, window.length);
    shown = window.length;
    return text;
  }

  /** What is left when the answer ends, U+FFFD for a character that never was completed. */
  public String end() {
    String text = unseen();
    window = new int[0];
    shown = 0;
    return text;
  }

  private String unseen() {
    String before = decode.apply(Arrays.copyOf(window, shown));
    String now = decode.apply(window);
    return now.length() > before.length() ? now.substring(before.length()) : "";
  }
}
