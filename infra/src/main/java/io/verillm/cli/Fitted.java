package io.verillm.cli;

import io.verillm.demo.Aligned;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A table made to fit into a number of columns: cut where that helps, else one line for a value.
 */
final class Fitted {
  /** No limit. */
  static final int ANY_WIDTH = Integer.MAX_VALUE;

  private static final Pattern ID = Pattern.compile("[0-9a-f]{4,}[0-9a-f-]{12,}");
  private static final int ID_CHARS = 12;
  private static final int TEXT_CHARS = 24;

  private final List<String> names;
  private final List<List<String>> rows;

  Fitted(List<String> names, List<List<String>> rows) {
    this.names = List.copyOf(names);
    this.rows = List.copyOf(rows);
  }

  /** The lines, none wider than this if that can be. */
  List<String> lines(int width) {
    List<String> whole = table(rows);
    if (fits(whole, width)) {
      return whole;
    }
    List<String> cut =
        table(rows.stream().map(row -> row.stream().map(Fitted::cut).toList()).toList());
    return fits(cut, width) ? cut : blocks();
  }

  private static boolean fits(List<String> lines, int width) {
    return lines.stream().allMatch(line -> line.length() <= width);
  }

  private List<String> table(List<List<String>> cells) {
    Aligned table = new Aligned();
    table.row(names.toArray());
    cells.forEach(row -> table.row(row.toArray()));
    return table.lines(names.size());
  }

  /** Of an id the end tells most: ids of one run begin alike. */
  private static String cut(String cell) {
    if (ID.matcher(cell).matches()) {
      return "\u2026" + cell.substring(cell.length() - ID_CHARS);
    }
    return cell.length() <= TEXT_CHARS ? cell : cell.substring(0, TEXT_CHARS - 1) + "\u2026";
  }

  private List<String> blocks() {
    List<String> lines = new ArrayList<>();
    for (int r = 0; r < rows.size(); r++) {
      lines.add("-- " + (r + 1) + " of " + rows.size());
      Aligned block = new Aligned();
      for (int c = 0; c < names.size(); c++) {
        block.row(names.get(c), rows.get(r).get(c));
      }
      lines.addAll(block.lines(2));
    }
    return lines;
  }
}
