package io.verillm.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {

  /** What {@code tokenizer_config.json} calls it too. */
  private static final int BOS = 0;

  private static BuiltInModel model;

  @BeforeAll
  static void load() {
    model = BuiltInModel.load();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "In the beginning",
        "  two  spaces\n\nand lines\t.",
        "It's 42, isn't it?",
        "\u00fcber na\u00efve caf\u00e9",
        "\u65e5\u672c\u8a9e",
        "\ud83d\ude00 \ud83d\udc69\u200d\ud83d\udcbb!",
        "\u0000\u0001"
      })
  void shouldReturnTheTextItEncoded(String text) {
    assertThat(model.tokenizer().decode(model.tokenizer().encode(text))).isEqualTo(text);
  }

  @Test
  void shouldBeginAPromptOnce() {
    int[] text = model.tokenizer().encode("light");
    int[] prompt = model.tokenizer().prompt("light");
    assertThat(prompt).hasSize(text.length + 1).startsWith(BOS).endsWith(text);
    assertThat(text).doesNotContain(BOS);
  }

  @Test
  void shouldShowNothingForSpecialTokens() {
    Tokenizer tokenizer = model.tokenizer();
    assertThat(tokenizer.decode(new int[] {BOS, tokenizer.eosId()})).isEmpty();
  }

  @Test
  void shouldShowACharacterOnlyWhenAllItsBytesCame() {
    // Given an emoji that no merge covers, so that each byte is a token
    int[] ids = model.tokenizer().encode("\ud83d\ude80");
    assertThat(ids).hasSizeGreaterThan(1);
    // When
    TokenStream stream = model.tokenizer().stream();
    StringBuilder parts = new StringBuilder();
    for (int i = 0; i < ids.length; i++) {
      String part = stream.next(ids[i]);
      assertThat(part.isEmpty()).isEqualTo(i < ids.length - 1);
      parts.append(part);
    }
    // Then
    assertThat(parts + stream.end()).isEqualTo("\ud83d\ude80");
  }

  @Test
  void shouldSayThatACharacterNeverWasCompleted() {
    int[] ids = model.tokenizer().encode("\ud83d\ude80");
    TokenStream stream = model.tokenizer().stream();
    assertThat(stream.next(ids[0])).isEmpty();
    assertThat(stream.end()).isEqualTo("\ufffd");
  }

  @Test
  void shouldNameATokenizerThatIsNone(@TempDir Path folder) throws Exception {
    Files.write(folder.resolve("config.json"), model.directory().json("config.json"));
    Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": 1}");
    assertThatThrownBy(() -> Tokenizer.load(ModelDirectory.of(folder)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("tokenizer.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4294967295", "-1", "2.5", "\"7\"", "99999999999999999999", "1048576"})
  void shouldRefuseATokenOutsideTheVocabulary(String id, @TempDir Path folder) throws Exception {
    Files.write(folder.resolve("config.json"), model.directory().json("config.json"));
    for (String place :
        List.of(
            "{\"model\": {\"vocab\": {\"a\": %s}}}",
            "{\"added_tokens\": [{\"content\": \"a\", \"id\": %s}]}")) {
      Files.writeString(folder.resolve("tokenizer.json"), place.formatted(id));
      assertThatThrownBy(() -> Tokenizer.load(ModelDirectory.of(folder)))
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("tokenizer.json has a token")
          .hasMessageContaining(id.replace("\"", ""));
    }
  }
}
