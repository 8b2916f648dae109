package io.verillm.models.training;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The byte-level alphabet and word split of GPT-2, which {@code tokenizer.json} calls {@code
 * ByteLevel}: each byte is one printable character, so that any text is encodable.
 */
final class ByteLevel {

  private static final Pattern WORD =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private ByteLevel() {}

  /** The character that stands for each of the 256 bytes. */
  static char[] alphabet() {
    char[] chars = new char[256];
    char next = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
      chars[b] = printable ? (char) b : next++;
    }
    return chars;
  }

  /** Words with their leading space, in order; joined they are the text. */
  static List<byte[]> words(String text) {
    List<byte[]> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      words.add(matcher.group().getBytes(StandardCharsets.UTF_8));
    }
    return words;
  }
}
