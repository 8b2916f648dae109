package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.flag.FlagPrompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlagPromptsFileTest {
  private static final Hash MODEL = Hashing.hash("model");

  @TempDir private Path folder;

  @Test
  void shouldReadALineForEachPromptAndTakeWhatItLeavesOutFromSubmit() throws IOException {
    String file =
        written(
            """
            {"prompt": "How do I sort a list?"}

            {"prompt": "Tell me", "maxTokens": 7, "temperature": 0.5, "topK": 5, "topP": 0.9, "checkers": 5, "handovers": 0}
            """);

    assertThat(FlagPromptsFile.read(file, MODEL, FlagPromptsFileTest::nothing))
        .containsExactly(
            new FlagPrompt(MODEL, "How do I sort a list?", 48, 0.8, 64, 1.0, 3, 1),
            new FlagPrompt(MODEL, "Tell me", 7, 0.5, 5, 0.9, 5, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret words",
        "{\"prompt\": \"\"}",
        "{\"maxTokens\": 7}",
        "{\"prompt\": \"secret words\", \"max\": 7}",
        ""
      })
  void shouldRefuseALineThatAsksForNothingWithoutRepeatingIt(String line) throws IOException {
    String file = written(line);

    assertThatThrownBy(() -> FlagPromptsFile.read(file, MODEL, FlagPromptsFileTest::nothing))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining(file)
        .hasMessageNotContaining("secret");
  }

  @Test
  void shouldNameTheLineWhoseFlagNobodyWouldAdmit() throws IOException {
    String file =
        written(
            """
            {"prompt": "How do I sort a list?"}

            {"prompt": "secret words", "checkers": 4}
            """);

    assertThatThrownBy(() ->
            FlagPromptsFile.read(
                file, MODEL, flag -> Optional.of("even").filter(wrong -> flag.checkers() % 2 == 0)))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(file + ", line 3: even");
  }

  @Test
  void shouldReadNoMoreThanItMayHold() throws IOException {
    String file = written("{\"prompt\": \"words\"}\n" + " ".repeat(GivenText.BYTES_MAX));

    assertThatThrownBy(() -> FlagPromptsFile.read(file, MODEL, FlagPromptsFileTest::nothing))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("more than " + GivenText.BYTES_MAX);
  }

  @Test
  void shouldRefuseWhatIsNoText() throws IOException {
    Path file = Files.write(folder.resolve("prompts"), new byte[] {(byte) 0xff, 1});

    assertThatThrownBy(
            () -> FlagPromptsFile.read(file.toString(), MODEL, FlagPromptsFileTest::nothing))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("UTF-8");
  }

  private static Optional<String> nothing(FlagPrompt flag) {
    return Optional.empty();
  }

  private String written(String text) throws IOException {
    return Files.writeString(folder.resolve("prompts"), text).toString();
  }
}
