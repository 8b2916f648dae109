package io.verillm.models;

import java.util.Arrays;
import java.util.function.Function;

/**
 * Turns one answer's tokens into text as they come. A character whose bytes are spread over several
 * tokens appears whole, with its last token. Not safe for use by many threads.
 */
public final class TokenStream {

  /** UTF-8 has at most four bytes a character, so one that these do not complete is none. */
  private static final int TOKENS_OF_A_CHARACTER_MAX = 4;

  private static final char REPLACEMENT = '\ufffd';

  private final Function<int[], String> decode;
  private int[] window = new int[0];
  private int context;
  private String shown = "";
  private int waiting;

  TokenStream(Function<int[], String> decode) {
    this.decode = decode;
  }

  /** The text that this token completes, often one word, sometimes none. */
  public String next(int token) {
    window = Arrays.copyOf(window, window.length + 1);
    window[window.length - 1] = token;
    String text = decode.apply(window);
    String complete = complete(text);
    String piece = unseen(complete);
    if (complete.length() == text.length()) {
      waiting = 0;
    } else {
      // What was shown completed a character, so the part that is left began with this token.
      waiting = piece.isEmpty() ? waiting + 1 : 1;
    }
    if (waiting == TOKENS_OF_A_CHARACTER_MAX) {
      waiting = 0;
      complete = text;
      piece = unseen(text);
    }
    if (!piece.isEmpty()) {
      shown = complete;
      if (waiting == 0) {
        keepAsContext();
      }
    }
    return piece;
  }

  /** The last tokens stay: some tokenizers write a first word without its space. */
  private void keepAsContext() {
    window = Arrays.copyOfRange(window, context, window.length);
    context = window.length;
    shown = decode.apply(window);
  }

  /** What is left when the answer ends, U+FFFD for a character that never was completed. */
  public String end() {
    String text = unseen(decode.apply(window));
    window = new int[0];
    context = 0;
    shown = "";
    waiting = 0;
    return text;
  }

  private static String complete(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == REPLACEMENT) {
      end--;
    }
    return text.substring(0, end);
  }

  /** What stands behind the part that was shown, as far as the two agree. */
  private String unseen(String text) {
    int same = 0;
    while (same < Math.min(text.length(), shown.length())
        && text.charAt(same) == shown.charAt(same)) {
      same++;
    }
    return text.substring(same);
  }
}
