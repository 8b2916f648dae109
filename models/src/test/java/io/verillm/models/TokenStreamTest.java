package io.verillm.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens are bytes here, and a text is what these are as UTF-8. */
class TokenStreamTest {

  @ParameterizedTest
  @CsvSource({
    // Each token ends one character and begins the next.
    "78|e4|b8ade4|b8ade4|b8ade4|b8ade4|b8ade4|b8ad|79, x中中中中中中y",
    "e4b8|ad78e4|b8|ad, 中x中",
    "f0|9f|98|80|f0|9f|98|80, 😀😀",
    "f0|9f98|80f09f|98|80, 😀😀",
    // No character, and one after it.
    "ff|ff|ff|ff|ff|78, ?x",
    "ff|ff|ff|e4|b8|ad|78, ?中x",
    "e4|b8, ?",
    "78||79, xy"
  })
  void shouldShowEachCharacterOnceAndWhole(String tokens, String text) {
    byte[][] bytes =
        Arrays.stream(tokens.split("\\|", -1)).map(HexFormat.of()::parseHex).toArray(byte[][]::new);
    TokenStream stream = new TokenStream(decoder(bytes));
    StringBuilder shown = new StringBuilder();
    for (int token = 0; token < bytes.length; token++) {
      shown.append(stream.next(token));
    }
    shown.append(stream.end());
    // Where something is no UTF-8 at all, how many signs stand for it is the decoder's affair.
    assertThat(shown.toString().replaceAll("\ufffd+", "?")).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"e4|b8|ad|78, 0|0|1|1", "e4|b8ade4|b8|ad78, 0|1|0|2", "ff|ff|ff|ff|ff, 0|0|0|4|0"})
  void shouldHoldBackOnlyWhatIsIncomplete(String tokens, String lengths) {
    byte[][] bytes =
        Arrays.stream(tokens.split("\\|")).map(HexFormat.of()::parseHex).toArray(byte[][]::new);
    TokenStream stream = new TokenStream(decoder(bytes));
    String[] expected = lengths.split("\\|");
    for (int token = 0; token < bytes.length; token++) {
      assertThat(stream.next(token)).hasSize(Integer.parseInt(expected[token]));
    }
  }

  private static Function<int[], String> decoder(byte[][] bytes) {
    return ids -> {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int id : ids) {
        all.writeBytes(bytes[id]);
      }
      return all.toString(StandardCharsets.UTF_8);
    };
  }
}
