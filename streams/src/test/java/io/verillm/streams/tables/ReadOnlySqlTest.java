package io.verillm.streams.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.streams.tables.TableBatch.Origin;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadOnlySqlTest {
  private TableStore store;

  @BeforeAll
  void open(@TempDir Path dir) throws SQLException {
    store = TableStore.open(dir);
    TableBatch batch = new TableBatch();
    Origin origin = new Origin(new TopicPartition("balances", 0), 0, 1_500);
    batch.add("balances", origin, "treasury", 5L, 0L);
    batch.passed(origin);
    store.write(batch);
  }

  @AfterAll
  void close() throws SQLException {
    store.close();
  }

  private QueryResult ask(String sql) throws Exception {
    try (Connection reader = store.reader()) {
      return ReadOnlySql.run(reader, sql);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "  -- a comment\n select 1",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "DESCRIBE balances",
        "SHOW TABLES",
        "SUMMARIZE balances",
        "EXPLAIN SELECT 1",
        "explain analyze select * from balances",
        "FROM balances",
        "VALUES (1)",
        "SELECT 1;"
      })
  void shouldAnswerWhatOnlyReads(String sql) throws Exception {
    assertThat(ask(sql).columns()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "INSERT INTO log.balances SELECT * FROM log.balances",
        "WITH x AS (SELECT 1) DELETE FROM log.balances",
        "UPDATE log.balances SET balance = 9",
        "DROP VIEW balances",
        "CREATE TABLE t (a INTEGER)",
        "SELECT 1; DROP VIEW balances",
        "SELECT 1; SELECT 2",
        "EXPLAIN ANALYZE DELETE FROM log.balances",
        "EXPLAIN SELECT 1; DROP VIEW balances",
        "COMMIT",
        "ROLLBACK; DROP VIEW balances",
        "SET threads = 1",
        "PRAGMA enable_profiling",
        "COPY log.balances TO '/tmp/stolen.csv'",
        "ATTACH '/tmp/other.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CHECKPOINT",
        "VACUUM",
        "CALL pragma_version()",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/etc/*')",
        "selec 1",
        "SELECT * FROM no_such_table"
      })
  void shouldRefuseEverythingElse(String sql) throws Exception {
    assertThatThrownBy(() -> ask(sql)).isInstanceOf(SqlRefused.class);

    assertThat(ask("SELECT balance FROM balances").rows()).containsExactly(List.of(5L));
  }

  @Test
  void shouldSayWhatTheParserSays() {
    assertThatThrownBy(() -> ask("selec 1")).hasMessageContaining("selec");
    assertThatThrownBy(() -> ask("DROP VIEW balances")).hasMessageContaining("only SELECT");
    assertThatThrownBy(() -> ask("SELECT * FROM range(100001)")).hasMessageContaining("LIMIT");
    assertThatThrownBy(() -> ask("x".repeat(100_001))).hasMessageContaining("100000");
  }
}
