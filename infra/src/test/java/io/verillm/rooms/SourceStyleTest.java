package io.verillm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** House rules that only the sources show: short classes, telling names, no leftovers. */
class SourceStyleTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final int MEDIAN_LINES_MAX = 70;
  private static final int LONG_LINES = 200;
  private static final double LONG_SHARE_MAX = 0.1;

  private static final Pattern EMPTY_NAME =
      Pattern.compile(".*(Util|Utils|Helper|Manager|Impl|Data|Info)\\.java");
  private static final Pattern LEFTOVER = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");

  @Test
  void shouldKeepClassesShort() throws IOException {
    List<Long> lines = sources("main").map(SourceStyleTest::lineCount).sorted().toList();
    long longOnes = lines.stream().filter(count -> count > LONG_LINES).count();

    assertThat(lines).isNotEmpty();
    assertThat(lines.get(lines.size() / 2)).isLessThanOrEqualTo(MEDIAN_LINES_MAX);
    assertThat(longOnes).isLessThanOrEqualTo(Math.round(LONG_SHARE_MAX * lines.size()));
  }

  @Test
  void shouldNameTypesByWhatTheyAre() throws IOException {
    assertThat(sources("main").map(path -> path.getFileName().toString()))
        .noneMatch(name -> EMPTY_NAME.matcher(name).matches());
  }

  @Test
  void shouldLeaveNothingForLater() throws IOException {
    Stream<Path> others =
        Stream.concat(sources("main"), sources("test")).filter(path -> !path.endsWith(self()));

    assertThat(others).noneMatch(path -> LEFTOVER.matcher(text(path)).find());
  }

  @Test
  void shouldSayWhatEachPackageIsFor() throws IOException {
    List<Path> packages = sources("main").map(Path::getParent).distinct().toList();

    assertThat(packages)
        .allSatisfy(folder -> assertThat(folder.resolve("package-info.java")).exists());
    assertThat(packages)
        .allSatisfy(folder ->
            assertThat(text(folder.resolve("package-info.java"))).contains("@NullMarked"));
  }

  @Test
  void shouldNeverSleepInATest() throws IOException {
    assertThat(sources("test").filter(path -> !path.endsWith(self())))
        .noneMatch(path -> text(path).contains("Thread.sleep"));
  }

  private static Path self() {
    return Path.of("SourceStyleTest.java");
  }

  private static Stream<Path> sources(String kind) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(path -> path.toString().endsWith(".java"))
          .filter(path -> path.toString().contains("/src/" + kind + "/java/"))
          .filter(path -> !path.toString().contains("/target/"))
          .toList()
          .stream();
    }
  }

  private static long lineCount(Path path) {
    return text(path).lines().filter(line -> !line.isBlank()).count();
  }

  private static String text(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
