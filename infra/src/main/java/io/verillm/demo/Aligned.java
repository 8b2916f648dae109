package io.verillm.demo;

import java.util.ArrayList;
import java.util.List;

/** Lines of a text table: the first columns to the left, the others to the right. */
public final class Aligned {
  private final List<List<String>> rows = new ArrayList<>();

  public Aligned row(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(cell.toString());
    }
    rows.add(row);
    return this;
  }

  /** The lines; so many columns are aligned to the left. */
  public List<String> lines(int leftColumns) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] width = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < row.size(); c++) {
        width[c] = Math.max(width[c], row.get(c).length());
      }
    }
    return rows.stream().map(row -> line(row, width, leftColumns)).toList();
  }

  private static String line(List<String> row, int[] width, int leftColumns) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < row.size(); c++) {
      String pad = " ".repeat(width[c] - row.get(c).length());
      line.append(c == 0 ? "" : "  ");
      line.append(c < leftColumns ? row.get(c) + pad : pad + row.get(c));
    }
    return line.toString().stripTrailing();
  }
}
