package io.verillm.cli;

import io.verillm.streams.tables.QueryResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tables that there are and their columns, for people. */
final class TableList {
  private static final String INDENT = " ".repeat(14);

  private TableList() {}

  /**
   * The lines.
   *
   * @param tables rows of a table's name and the list of its columns
   * @param width most characters of a line, where a column's name lets it be
   */
  static List<String> lines(QueryResult tables, int width) {
    List<String> lines = new ArrayList<>();
    for (List<@Nullable Object> row : tables.rows()) {
      lines.addAll(lines(String.valueOf(row.get(0)), (List<?>) row.get(1), width));
    }
    lines.add("");
    lines.add("for example: ./verillm sql \"select state, count(*) from requests group by state\"");
    return lines;
  }

  private static List<String> lines(String table, @Nullable List<?> columns, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(table);
    line.append(" ".repeat(Math.max(1, INDENT.length() - table.length())));
    String comma = "";
    for (Object column : columns == null ? List.of() : columns) {
      if (line.length() + comma.length() + column.toString().length() >= width) {
        lines.add(line.append(comma.stripTrailing()).toString());
        line = new StringBuilder(INDENT);
        comma = "";
      }
      line.append(comma).append(column);
      comma = ", ";
    }
    lines.add(line.toString());
    return lines;
  }
}
