package io.verillm.streams.tables;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.verillm.streams.tables.QueryResult.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs one statement that only reads. Three locks, each enough by itself: DuckDB's own parser must
 * find exactly one SELECT in it (its forms WITH, SHOW, DESCRIBE included; in front of it EXPLAIN
 * may stand); it runs in a read-only transaction that is rolled back; and the database was opened
 * without access to files, networks and settings.
 */
final class ReadOnlySql {
  /** Most characters of a statement. */
  static final int STATEMENT_CHARS_MAX = 100_000;

  /** Most rows of an answer. */
  static final int ROWS_MAX = 100_000;

  private static final int SECONDS_MAX = 30;
  private static final Pattern EXPLAIN =
      Pattern.compile(
          "\\s*EXPLAIN\\b(\\s+ANALYZE\\b)?(.*)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReadOnlySql() {}

  /**
   * The answer.
   *
   * @throws SqlRefused if the statement does anything but read, fails, or takes or gives too much
   */
  static QueryResult run(Connection connection, String sql) throws SqlRefused {
    if (sql.length() > STATEMENT_CHARS_MAX) {
      throw new SqlRefused(
          "a statement has at most %d characters, not %d"
              .formatted(STATEMENT_CHARS_MAX, sql.length()));
    }
    try {
      Matcher explain = EXPLAIN.matcher(sql);
      check(connection, explain.matches() ? explain.group(2) : sql);
      return readOnly(connection, sql);
    } catch (SQLException e) {
      throw new SqlRefused(String.valueOf(e.getMessage()));
    }
  }

  private static void check(Connection connection, String sql) throws SQLException, SqlRefused {
    JsonNode parsed;
    try (PreparedStatement parse =
        connection.prepareStatement("SELECT json_serialize_sql(?::VARCHAR)")) {
      parse.setString(1, sql);
      try (ResultSet result = parse.executeQuery()) {
        result.next();
        parsed = JSON.readTree(result.getString(1));
      }
    } catch (JsonProcessingException e) {
      throw new SqlRefused("the parser's answer is no JSON");
    }
    if (parsed.path("error_type").asText().equals("parser")) {
      throw new SqlRefused(parsed.path("error_message").asText());
    }
    if (parsed.path("error").asBoolean(true)) {
      throw new SqlRefused("only SELECT, WITH, SHOW, DESCRIBE and EXPLAIN are answered");
    }
    if (parsed.path("statements").size() != 1) {
      throw new SqlRefused("one statement at a time, not " + parsed.path("statements").size());
    }
  }

  private static QueryResult readOnly(Connection connection, String sql)
      throws SQLException, SqlRefused {
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN TRANSACTION READ ONLY");
      try {
        statement.setQueryTimeout(SECONDS_MAX);
        try (ResultSet rows = statement.executeQuery(sql)) {
          return read(rows);
        }
      } finally {
        try (Statement end = connection.createStatement()) {
          end.execute("ROLLBACK");
        }
      }
    }
  }

  private static QueryResult read(ResultSet result) throws SQLException, SqlRefused {
    ResultSetMetaData meta = result.getMetaData();
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      columns.add(new Column(meta.getColumnLabel(i), meta.getColumnTypeName(i)));
    }
    List<List<@Nullable Object>> rows = new ArrayList<>();
    while (result.next()) {
      if (rows.size() == ROWS_MAX) {
        throw new SqlRefused("more than " + ROWS_MAX + " rows: add a LIMIT");
      }
      List<@Nullable Object> row = new ArrayList<>(columns.size());
      for (int i = 1; i <= columns.size(); i++) {
        row.add(SqlValues.of(result.getObject(i)));
      }
      rows.add(row);
    }
    return new QueryResult(columns, rows);
  }
}
