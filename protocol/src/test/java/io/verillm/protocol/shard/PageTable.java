package io.verillm.protocol.shard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A table of protocol.md: rows by their first column, cells by heading. */
final class PageTable {
  private PageTable() {}

  /** The table whose heading begins so. */
  static Map<String, Map<String, String>> under(String heading) {
    List<List<String>> rows = rows(heading);
    List<String> headings = rows.getFirst();
    return rows.stream()
        .skip(2)
        .collect(
            Collectors.toMap(
                List::getFirst,
                row -> cells(headings, row),
                (first, second) -> {
                  throw new AssertionError("a row twice: " + first);
                },
                LinkedHashMap::new));
  }

  private static List<List<String>> rows(String heading) {
    try (Stream<String> lines = Files.lines(Path.of("..", "docs", "protocol.md"))) {
      return lines
          .dropWhile(line -> !line.startsWith(heading))
          .takeWhile(line -> line.startsWith("|"))
          .map(line -> Stream.of(line.split("\\|")).skip(1).map(String::strip).toList())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> cells(List<String> headings, List<String> row) {
    Map<String, String> cells = new LinkedHashMap<>();
    for (int i = 1; i < headings.size(); i++) {
      cells.put(headings.get(i), row.get(i));
    }
    return cells;
  }
}
