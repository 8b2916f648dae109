package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchPageTest {
  @TempDir Path folder;

  @Test
  void shouldKeepThePartsOfOtherMachines() throws IOException {
    Path file = folder.resolve("benchmarks.md");
    page("Engine, one", "1").writeTo(file);
    page("Engine, one more", "2").writeTo(file);
    page("Soak", "3").writeTo(file);

    page("Engine, one", "4").writeTo(file);

    String text = Files.readString(file);
    assertThat(text).startsWith("# Benchmarks\n").contains("| 2 |", "| 3 |", "| 4 |");
    assertThat(text).doesNotContain("| 1 |");
    assertThat(text.indexOf("Engine, one\n")).isLessThan(text.indexOf("Engine, one more\n"));
    assertThat(text).doesNotContain("\n\n\n").endsWith("|\n");
  }

  @Test
  void shouldWriteTheSameFileTwice() throws IOException {
    Path file = folder.resolve("benchmarks.md");
    page("Engine, one", "1").writeTo(file);
    String once = Files.readString(file);

    page("Engine, one", "1").writeTo(file);

    assertThat(file).hasContent(once);
    assertThat(folder).isDirectoryNotContaining(beside -> !beside.equals(file));
  }

  @Test
  void shouldShowNoColumnsWhereNothingWasMeasured() {
    BenchPage.Table empty =
        new BenchPage.Table("A table", List.of("what"), List.of(), List.of("Not measured."));
    BenchPage page = new BenchPage("Engine", List.of(), List.of(empty));

    assertThat(page.text()).containsExactly("Engine", "", "A table", "Not measured.");
    assertThat(page.markdown())
        .containsExactly("## Engine", "", "### A table", "", "Not measured.", "");
  }

  private static BenchPage page(String title, String figure) {
    return new BenchPage(
        title,
        List.of("A note."),
        List.of(
            new BenchPage.Table("A table", List.of("what"), List.of(List.of(figure)), List.of())));
  }
}
