package io.verillm.protocol.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A page in the making: lines that are known, and lines that a run of its own will tell. */
final class TablePage {
  private final List<Supplier<List<String>>> parts = new ArrayList<>();

  void add(String line, Object... values) {
    String text = Cells.line(line, values);
    parts.add(() -> List.of(text));
  }

  void later(Supplier<List<String>> lines) {
    parts.add(lines);
  }

  void heading(String text) {
    add("");
    add("## %s", text);
    add("");
  }

  List<Supplier<List<String>>> parts() {
    return List.copyOf(parts);
  }
}
