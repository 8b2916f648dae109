package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.sim.adversary.Gallery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page that names a test for each attack must name tests that are there. */
class AttackTableTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern NAMED =
      Pattern.compile("`(\\w+(?:Test|Properties|IT))(?:\\.(\\w+))?`");

  /** What makes a method a test, at the beginning of a line. */
  private static final Pattern MARK =
      Pattern.compile("(?m)^  @(Test|ParameterizedTest|Property|Example|TestFactory)\\b");

  /** Attacks without a test, each of which the page names as one. */
  private static final Set<String> UNTESTED = Set.of("coordinator leaks roles");

  private static String section() throws IOException {
    return section("### 13.1 Tests", "## 14.");
  }

  private static String section(String from, String to) throws IOException {
    String page = Files.readString(ROOT.resolve("docs/protocol.md"));
    int begin = page.indexOf(from);
    return page.substring(begin, page.indexOf(to, begin));
  }

  /** First cells of a section's table, without the names of adversaries. */
  private static Stream<String> attacks(String section) {
    return section
        .lines()
        .filter(line -> line.startsWith("| "))
        .skip(1)
        .map(line -> line.split("\\|")[1].replaceAll("\\(`[^)]*`\\)", "").strip());
  }

  @Test
  void shouldHaveATestForEachAttackOfTheTable() throws IOException {
    Set<String> listed =
        attacks(section("## 13. Attacks", "### 13.1"))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> tested =
        attacks(section())
            .flatMap(cell -> Stream.of(cell.split("; ")))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(listed).hasSizeGreaterThan(60);
    assertThat(listed).containsAll(tested).containsAll(UNTESTED);
    listed.removeAll(tested);
    assertThat(listed).isEqualTo(UNTESTED);
    assertThat(section()).contains("Without a test of this kind: " + String.join("; ", UNTESTED));
  }

  @Test
  void shouldNameTestsThatExist() throws IOException {
    Map<String, Path> classes;
    try (Stream<Path> files = Files.walk(ROOT, 12)) {
      classes =
          files
              .filter(f ->
                  f.toString().matches(".*(Test|Properties|IT)\\.java")
                      && !f.toString().contains("/target/"))
              .collect(
                  Collectors.toMap(
                      f -> f.getFileName().toString().replace(".java", ""), f -> f, (a, b) -> a));
    }
    List<String> missing = new ArrayList<>();
    Matcher named = NAMED.matcher(section());
    int found = 0;
    while (named.find()) {
      found++;
      Path source = classes.get(named.group(1));
      if (source == null
          || named.group(2) != null && !runs(Files.readString(source), named.group(2))) {
        missing.add(named.group());
      }
    }

    assertThat(missing).isEmpty();
    assertThat(found).isGreaterThan(20);
  }

  /** A method that nothing marks as a test, or that is disabled, tests nothing. */
  private static boolean runs(String source, String method) {
    int at = source.indexOf("void " + method + "(");
    String before = source.substring(0, Math.max(0, at));
    String marks = before.substring(before.lastIndexOf("\n\n") + 1);
    return MARK.matcher(marks).find() && !marks.contains("@Disabled");
  }

  @Test
  void shouldNotTakeAMethodForATestThatNobodyRuns() {
    String test = "  @Test\n  void shouldRun() {";

    assertThat(runs(test, "shouldRun")).isTrue();
    assertThat(runs("  @Property(\n      tries = 3)\n  void shouldRun(", "shouldRun")).isTrue();
    assertThat(runs("  void shouldRun() {", "shouldRun")).isFalse();
    assertThat(runs("  @Disabled\n" + test, "shouldRun")).isFalse();
    assertThat(runs("  @Test\n  void other() {}\n\n  void shouldRun() {", "shouldRun")).isFalse();
  }

  @Test
  void shouldNameEveryAdversary() throws IOException {
    String section = section();

    assertThat(Gallery.all().keySet())
        .allSatisfy(name -> assertThat(section).contains("`" + name + "`"));
  }
}
