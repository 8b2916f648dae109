package io.verillm.streams.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.streams.tables.QueryResult.Column;
import io.verillm.streams.tables.TableBatch.Origin;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlClientTest {
  @TempDir Path dir;
  private TableStore store;
  private SqlServer server;

  @BeforeEach
  void open() throws Exception {
    store = TableStore.open(dir);
    TableBatch batch = new TableBatch();
    Origin origin = new Origin(new TopicPartition("balances", 0), 0, 1_500);
    batch.add("balances", origin, "treasury", 5L, 0L);
    batch.passed(origin);
    store.write(batch);
    server = SqlServer.start(dir, store::reader);
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    store.close();
  }

  private QueryResult ask(String sql) throws Exception {
    return new SqlClient(dir).query(sql);
  }

  @Test
  void shouldGiveTheSameValuesFromTheProcessAndFromTheFile() throws Exception {
    String sql =
        "SELECT 1::TINYINT, 2::HUGEINT, 170141183460469231731687303715884105727::HUGEINT, 1.5,"
            + " 0.1::DOUBLE, 'NaN'::DOUBLE, 1.5::FLOAT, true, NULL, ['a', NULL], [[1], [2]],"
            + " 'ab'::BLOB, DATE '2026-01-02', TIMESTAMPTZ '2026-01-02 03:04:05+00', {'a': 1}";

    QueryResult fromProcess = ask(sql);
    server.close();
    store.close();
    QueryResult fromFile = ask(sql);

    assertThat(fromFile).isEqualTo(fromProcess);
    assertThat(fromFile.rows().getFirst().subList(0, 11))
        .isEqualTo(
            Arrays.asList(
                1L,
                2L,
                BigInteger.TWO.pow(127).subtract(BigInteger.ONE),
                1.5,
                0.1,
                "NaN",
                1.5,
                true,
                null,
                Arrays.asList("a", null),
                List.of(List.of(1L), List.of(2L))));
  }

  @Test
  void shouldReadTheFileWhereThePortOutlivedItsProcess() throws Exception {
    int port = SqlPort.read(dir).orElseThrow().port();
    server.close();
    store.close();
    new SqlPort(port, "token").write(dir);

    assertThat(ask("SELECT balance FROM balances").rows()).containsExactly(List.of(5L));
  }

  @Test
  void shouldNotAnswerWithoutTheToken() throws Exception {
    int port = SqlPort.read(dir).orElseThrow().port();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/sql"));
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest guessed =
          request
              .copy()
              .header(SqlPort.TOKEN_HEADER, "guessed")
              .POST(HttpRequest.BodyPublishers.ofString("SELECT 1"))
              .build();
      assertThat(client.send(guessed, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(403);
      assertThat(client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(405);
    }
    assertThat(Files.getPosixFilePermissions(dir.resolve("sql.port")).stream().map(Enum::name))
        .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
  }

  @Test
  void shouldSayThatThereAreNoTables(@TempDir Path empty) throws SQLException {
    assertThatThrownBy(() -> new SqlClient(empty).query("SELECT 1"))
        .isInstanceOf(SqlRefused.class)
        .hasMessageContaining("no tables");
  }

  @Test
  void shouldAnswerWithNamesTypesAndValues() throws Exception {
    assertThat(ask("SELECT account, balance, time FROM balances"))
        .isEqualTo(
            new QueryResult(
                List.of(
                    new Column("account", "VARCHAR"),
                    new Column("balance", "BIGINT"),
                    new Column("time", "TIMESTAMP")),
                List.of(List.of("treasury", 5L, "1970-01-01T00:00:01.500"))));
  }
}
