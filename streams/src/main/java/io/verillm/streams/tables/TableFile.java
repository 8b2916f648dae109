package io.verillm.streams.tables;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.duckdb.DuckDBConnection;

/** The DuckDB file in a data directory, and how it may be opened. */
final class TableFile {
  /** Set before anything is run, so that no statement can reach files, networks or settings. */
  private static final Properties LOCKED_DOWN = new Properties();

  static {
    LOCKED_DOWN.put("enable_external_access", "false");
    LOCKED_DOWN.put("autoload_known_extensions", "false");
    LOCKED_DOWN.put("autoinstall_known_extensions", "false");
    LOCKED_DOWN.put("lock_configuration", "true");
  }

  private TableFile() {}

  static Path in(Path dataDir) {
    return dataDir.resolve("tables.duckdb");
  }

  static boolean exists(Path dataDir) {
    return Files.exists(in(dataDir));
  }

  /** For the one process that feeds it. */
  static DuckDBConnection openForWriting(Path dataDir) throws SQLException {
    return open(dataDir, LOCKED_DOWN);
  }

  /** For anybody while no process feeds it. */
  static DuckDBConnection openForReading(Path dataDir) throws SQLException {
    Properties settings = new Properties();
    settings.putAll(LOCKED_DOWN);
    settings.put("duckdb.read_only", "true");
    return open(dataDir, settings);
  }

  private static DuckDBConnection open(Path dataDir, Properties settings) throws SQLException {
    String url = "jdbc:duckdb:" + in(dataDir).toAbsolutePath();
    return DriverManager.getConnection(url, settings).unwrap(DuckDBConnection.class);
  }
}
