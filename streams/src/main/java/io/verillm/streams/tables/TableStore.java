package io.verillm.streams.tables;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The tables and the offsets that they hold, in one file. A batch and its offsets are one
 * transaction: after a crash at any point the file holds each record once, up to its offsets.
 */
final class TableStore implements AutoCloseable {
  private static final String SCHEMA = "log";

  private final DuckDBConnection connection;

  private TableStore(DuckDBConnection connection) {
    this.connection = connection;
  }

  /**
   * Opens the file, or makes it.
   *
   * @throws SQLException if another process has it, or it is none
   */
  static TableStore open(Path dataDir) throws SQLException {
    DuckDBConnection connection = TableFile.openForWriting(dataDir);
    try (Statement statement = connection.createStatement()) {
      statement.execute(definitions());
      return new TableStore(connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static String definitions() {
    try (InputStream in = TableStore.class.getResourceAsStream("tables.sql")) {
      if (in == null) {
        throw new IllegalStateException("tables.sql is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Next offset to read of each partition that was ever read. */
  Map<TopicPartition, Long> nextOffsets() throws SQLException {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT topic, log_partition, next_offset FROM log.offsets")) {
      while (rows.next()) {
        offsets.put(new TopicPartition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
      }
    }
    return offsets;
  }

  /** Writes a batch and its offsets, both or neither. */
  void write(TableBatch batch) throws SQLException {
    // An appender joins only a transaction that a statement began: without auto-commit alone, its
    // rows would stay after a rollback.
    execute("BEGIN TRANSACTION");
    try {
      for (Map.Entry<String, List<List<Object>>> table : batch.rows().entrySet()) {
        append(table.getKey(), table.getValue());
      }
      moveOffsets(batch.nextOffsets());
      execute("COMMIT");
    } catch (SQLException | RuntimeException e) {
      execute("ROLLBACK");
      throw e;
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void append(String table, List<List<Object>> rows) throws SQLException {
    try (DuckDBAppender appender = connection.createAppender(SCHEMA, table)) {
      for (List<Object> row : rows) {
        appender.beginRow();
        for (Object value : row) {
          append(appender, value);
        }
        appender.endRow();
      }
    }
  }

  private static void append(DuckDBAppender appender, @Nullable Object value) throws SQLException {
    switch (value) {
      case null -> appender.appendNull();
      case String text -> appender.append(text);
      case Integer number -> appender.append(number.intValue());
      case Long number -> appender.append(number.longValue());
      case Double number -> appender.append(number.doubleValue());
      case Boolean truth -> appender.append(truth.booleanValue());
      case LocalDateTime time -> appender.append(time);
      case Collection<?> list -> appender.append(list);
      default -> throw new IllegalArgumentException("no column holds a " + value.getClass());
    }
  }

  // Rows without a key constraint: DuckDB checks keys against rows that the transaction deleted.
  private void moveOffsets(Map<TopicPartition, Long> offsets) throws SQLException {
    try (PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM log.offsets WHERE topic = ? AND log_partition = ?");
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO log.offsets VALUES (?, ?, ?)")) {
      for (Map.Entry<TopicPartition, Long> offset : offsets.entrySet()) {
        delete.setString(1, offset.getKey().topic());
        delete.setInt(2, offset.getKey().partition());
        delete.executeUpdate();
        insert.setString(1, offset.getKey().topic());
        insert.setInt(2, offset.getKey().partition());
        insert.setLong(3, offset.getValue());
        insert.executeUpdate();
      }
    }
  }

  /** Another connection to the same file, for one query. */
  DuckDBConnection reader() throws SQLException {
    return connection.duplicate();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
