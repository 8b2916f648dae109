package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the Targets of {@code engine.md} tell was seen, against the page the figures come from. */
class EngineTargetsTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final String CPU = ", cpu,";
  private static final String GPU = ", cuda,";
  private static final String ALONE = "one sequence at a time";
  private static final String EIGHT = "8 sequences in each run";
  private static final String DECODE = "decode tokens/s";
  private static final String PREFILL = "prefill tokens/s";
  private static final List<String> CHECK = List.of("check/generate %");
  private static final List<String> BOTH_AT_ROOF = List.of("both at roof %", "roof %");
  private static final List<String> CHECK_AT_ROOF =
      List.of("check at roof %", "check/generate at roof %");

  private static List<String> page;
  private static List<String> targets;

  /** A row of a table on the page, with the heads of its columns. */
  private record Row(List<String> heads, List<String> cells) {
    /** The cell under the first of these heads that the table has. */
    String at(List<String> names) {
      return names.stream().filter(heads::contains).findFirst().map(this::at).orElseThrow();
    }

    String at(String name) {
      return cells.get(heads.indexOf(name));
    }

    /** The cell right of that column, whose head may stand several times. */
    String behind(String name) {
      return cells.get(heads.indexOf(name) + 1);
    }
  }

  @BeforeAll
  static void read() throws IOException {
    page = Files.readAllLines(DOCS.resolve("benchmarks.md"));
    String engine = Files.readString(DOCS.resolve("engine.md"));
    targets = engine.split("\n## Targets\n")[1].split("\n## ")[0].lines().toList();
  }

  @Test
  void shouldTellWhatAnHonestAuthorAndEachCheatMet() {
    List<Row> authors = rows("## Calibration of builtin", "### What the limits do");
    List<String> caught =
        authors.stream()
            .filter(row -> first(row.at("rejected")) == 100)
            .map(row -> row.at("author"))
            .toList();

    assertThat(seen("no false accusation")).contains("0 of 10,000 (at most 0.04 %)");
    assertThat(authors.getFirst().at("rejected")).isEqualTo("0.00 (0.00..0.04)");
    assertThat(caught)
        .contains("bf16-cast", "int8", "int4", "other-model", "skipped-layer", "edited-prompt");
    assertThat(named(authors, "author", "early-stop").at("reasons")).isEqualTo("END 999");
    assertThat(seen("each of seven cheats")).contains("early stop: 999");
  }

  @Test
  void shouldTellTheAreaOfCheapTexts() {
    Row area =
        named(
            rows("## Calibration of builtin", "### Area under the ROC curve"),
            "cheat",
            "cheap-then-prefill");

    assertThat(seen("cheap-then-prefill")).startsWith(area.at("largest margin") + ",");
  }

  @Test
  void shouldTellWhatTheProtocolAdds() {
    String section = "### What the protocol adds";
    String seen = seen("protocol's share");

    assertThat(seen)
        .contains(
            share(rows("## Engine, tinyllama-1.1b, cpu,", section).getFirst()) + " at 1.1 B",
            share(rows("## Engine, smollm2-135m, cpu,", section).getFirst()) + " at 135 M");
    for (Row row : rows(GPU, section)) {
      switch (row.at("model")) {
        case "smollm2-135m" -> assertThat(seen).contains(first(row.at("together")) + " % at 135 M");
        case "tinyllama-1.1b" ->
            assertThat(seen).contains(first(row.at("together")) + " % at 1.1 B");
        default -> assertThat(row.at("model")).isEqualTo("builtin");
      }
    }
  }

  @Test
  void shouldTellChecksAgainstTheRoof() {
    assertThat(seen("check/generate at most 1.3"))
        .contains(onTheCpu(CHECK))
        .contains("with the built-in model. H100: " + ratios(GPU, "", ALONE, CHECK));
    assertThat(seen("stricter")).contains(onTheCpu(CHECK_AT_ROOF));
  }

  /** What a target's cell says of the CPU's parts, taken from column {@code ratio} of the page. */
  private static List<String> onTheCpu(List<String> ratio) {
    return List.of(
        ratios(CPU, "tinyllama-1.1b", ALONE, ratio) + " times at 1.1 B",
        ratios(CPU, "smollm2-135m", ALONE, ratio) + " at 135 M",
        ratios(CPU, "builtin", ALONE, ratio) + " with the built-in model. Eight",
        "Eight at once: " + ratios(CPU, "smollm2-135m", EIGHT, ratio) + " at 135 M",
        ratios(CPU, "builtin", EIGHT, ratio) + " with the built-in model");
  }

  @Test
  void shouldTellWhatAGpuTakesToCheck() {
    List<Row> all = rows(GPU, ALONE);

    assertThat(seen("a check at most 1 %"))
        .contains(
            range(checks(all, "512"), "%.1f") + " % behind 512 tokens of output",
            range(checks(all, "128"), "%.1f") + " % behind 128");
  }

  @Test
  void shouldTellPartsOfTheRoofThatDecodingAndPrefillReach() {
    assertThat(seen("decoding at 70 %"))
        .contains(
            "CPU: " + listed(parts(CPU, DECODE)), "H100: " + range(parts(GPU, DECODE), "%.0f"));
    assertThat(seen("prefill at 60 %"))
        .contains(
            "CPU: " + listed(parts(CPU, PREFILL)), "H100: " + range(parts(GPU, PREFILL), "%.0f"));
  }

  @Test
  void shouldTellTheResidentSize() {
    List<String> sizes =
        rows("## Soak", "### Memory").stream()
            .filter(row -> first(row.at("minute")) >= 14)
            .map(row -> row.at("resident MiB"))
            .distinct()
            .toList();

    assertThat(sizes).hasSize(1);
    assertThat(seen("resident size")).startsWith(sizes.getFirst() + " MiB in every reading");
  }

  @Test
  void shouldTellBothSpeedsBesideLlamaCpp() {
    Row row = rows("## Engine, tinyllama-1.1b, cpu,", "### Beside llama.cpp").getFirst();

    assertThat(seen("decoding on par"))
        .isEqualTo(
            "%s tokens/s, llama.cpp %s; prefill %s, llama.cpp %s"
                .formatted(
                    word(row.at("decode")),
                    word(row.behind("decode")),
                    word(row.at("prefill")),
                    word(row.behind("prefill"))));
  }

  /** What was seen of the one target that begins so. */
  private static String seen(String target) {
    List<String> found = targets.stream().filter(line -> line.startsWith("| " + target)).toList();
    assertThat(found).as(target).hasSize(1);
    return cells(found.getFirst()).get(1);
  }

  /** Rows of all tables whose headings, of the part and of the section, hold these. */
  private static List<Row> rows(String part, String... section) {
    List<Row> rows = new ArrayList<>();
    String inPart = "";
    String inSection = "";
    List<String> heads = List.of();
    for (String line : page) {
      if (line.startsWith("## ")) {
        inPart = line;
        inSection = "";
      } else if (line.startsWith("### ")) {
        inSection = line;
      }
      if (!line.startsWith("|")) {
        heads = List.of();
      } else if (heads.isEmpty()) {
        heads = cells(line);
      } else if (!line.startsWith("| ---")
          && inPart.contains(part)
          && List.of(section).stream().allMatch(inSection::contains)) {
        rows.add(new Row(heads, cells(line)));
      }
    }
    assertThat(rows).as(part + " " + List.of(section)).isNotEmpty();
    return rows;
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
        .map(String::strip)
        .toList();
  }

  private static Row named(List<Row> rows, String column, String name) {
    return rows.stream().filter(row -> row.at(column).equals(name)).findFirst().orElseThrow();
  }

  private static String share(Row row) {
    return row.at("together").replaceFirst(" ", " % ");
  }

  /** From the least to the most of a column's parts of the ratio at the roof. */
  private static String ratios(String part, String model, String how, List<String> column) {
    List<Double> ratios =
        rows(part, "### " + model, how).stream()
            .map(row -> first(row.at(column)) / first(row.at(BOTH_AT_ROOF)))
            .toList();
    return range(ratios, "%.2f");
  }

  private static List<Double> checks(List<Row> rows, String output) {
    return rows.stream()
        .filter(row -> row.at("output").equals(output))
        .map(row -> first(row.at(CHECK)))
        .toList();
  }

  /** What each length at 1.1 B reached of the roof, in %. */
  private static List<Double> parts(String part, String column) {
    return rows(part, "### tinyllama-1.1b").stream().map(row -> first(row.behind(column))).toList();
  }

  /** {@code A to B}, or {@code A} where there is one. */
  private static String range(List<Double> figures, String format) {
    assertThat(figures).isNotEmpty();
    List<String> words =
        figures.stream()
            .sorted()
            .map(figure -> String.format(Locale.ROOT, format, figure))
            .toList();
    return words.size() == 1 ? words.getFirst() : words.getFirst() + " to " + words.getLast();
  }

  /** {@code A, B and C}. */
  private static String listed(List<Double> figures) {
    List<String> words = figures.stream().map(figure -> "" + Math.round(figure)).toList();
    return String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.getLast();
  }

  private static double first(String cell) {
    return Double.parseDouble(word(cell));
  }

  /** A cell's figure, without its least and its most. */
  private static String word(String cell) {
    return cell.split(" ")[0];
  }
}
