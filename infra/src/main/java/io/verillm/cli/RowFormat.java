package io.verillm.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.verillm.streams.tables.QueryResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How rows are written. */
enum RowFormat {
  /** Aligned columns for people. */
  TABLE {
    @Override
    List<String> lines(QueryResult result, int width) {
      return new Fitted(
              names(result),
              result.rows().stream()
                  .map(row -> row.stream().map(RowFormat::text).toList())
                  .toList())
          .lines(width);
    }
  },
  /** RFC 4180, a header line first; null is an empty field. */
  CSV {
    @Override
    List<String> lines(QueryResult result, int width) {
      List<String> lines = new ArrayList<>();
      lines.add(csv(names(result)));
      result.rows().forEach(row -> lines.add(csv(row)));
      return lines;
    }
  },
  /** One array with one object for each row. */
  JSON {
    @Override
    List<String> lines(QueryResult result, int width) {
      List<Map<String, @Nullable Object>> rows = new ArrayList<>();
      for (List<@Nullable Object> row : result.rows()) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int c = 0; c < row.size(); c++) {
          object.put(result.columns().get(c).name(), row.get(c));
        }
        rows.add(object);
      }
      try {
        return List.of(new ObjectMapper().writeValueAsString(rows));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("text and numbers have a JSON form", e);
      }
    }
  };

  /**
   * The lines of an answer.
   *
   * @param width columns of the terminal; only {@link #TABLE} looks at it
   */
  abstract List<String> lines(QueryResult result, int width);

  private static List<String> names(QueryResult result) {
    return result.columns().stream().map(QueryResult.Column::name).toList();
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString().replaceAll("\\p{Cntrl}", " ");
  }

  private static String csv(List<? extends @Nullable Object> values) {
    return values.stream()
        .map(value -> value == null ? "" : quoted(value.toString()))
        .collect(Collectors.joining(","));
  }

  private static String quoted(String value) {
    boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }
}
