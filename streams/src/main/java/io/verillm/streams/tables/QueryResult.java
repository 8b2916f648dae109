package io.verillm.streams.tables;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of an answer. Values are null, {@code String}, {@code Boolean}, {@code Long}, {@code
 * BigInteger} (beyond a long), {@code Double}, or a {@code List} of these; times are ISO 8601 text
 * in UTC, blobs hexadecimal text.
 *
 * @param columns columns in order
 * @param rows each with one value for each column
 */
public record QueryResult(List<Column> columns, List<List<@Nullable Object>> rows) {

  /**
   * One column.
   *
   * @param name its name
   * @param type DuckDB's name of its type
   */
  public record Column(String name, String type) {}

  /** Copies both. */
  public QueryResult {
    columns = List.copyOf(columns);
    rows = rows.stream().map(row -> Collections.unmodifiableList(new ArrayList<>(row))).toList();
  }
}
