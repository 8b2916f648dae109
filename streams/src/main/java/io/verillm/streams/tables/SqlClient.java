package io.verillm.streams.tables;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks the tables of a data directory: the process that feeds them where {@code sql.port} says that
 * one runs and it answers, else the file itself.
 */
public final class SqlClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  private final Path dataDir;

  /** Asks the tables under this directory. */
  public SqlClient(Path dataDir) {
    this.dataDir = dataDir;
  }

  /**
   * The answer to one read-only statement.
   *
   * @throws SqlRefused with the reason, also where there are no tables
   * @throws InterruptedException if interrupted while waiting
   */
  public QueryResult query(String sql) throws SqlRefused, InterruptedException {
    try {
      Optional<SqlPort> port = SqlPort.read(dataDir);
      Optional<HttpResponse<String>> answer =
          port.isPresent() ? ask(port.get(), sql) : Optional.empty();
      return answer.isPresent() ? result(answer.get()) : fromFile(sql);
    } catch (IOException e) {
      throw new SqlRefused("cannot read " + dataDir + ": " + e.getMessage());
    }
  }

  /** Empty where nobody answers, or somebody else: the port outlived its process. */
  private static Optional<HttpResponse<String>> ask(SqlPort port, String sql)
      throws InterruptedException {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + host + ":" + port.port() + "/sql"))
            .timeout(ANSWER_TIMEOUT)
            .header(SqlPort.TOKEN_HEADER, port.token())
            .POST(HttpRequest.BodyPublishers.ofString(sql))
            .build();
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build()) {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      boolean ours = response.statusCode() == 200 || response.statusCode() == 400;
      return ours ? Optional.of(response) : Optional.empty();
    } catch (IOException nobody) {
      return Optional.empty();
    }
  }

  private static QueryResult result(HttpResponse<String> response) throws IOException, SqlRefused {
    if (response.statusCode() != 200) {
      throw new SqlRefused(SqlJson.errorOf(response.body()));
    }
    return SqlJson.result(response.body());
  }

  private QueryResult fromFile(String sql) throws SqlRefused {
    if (!TableFile.exists(dataDir)) {
      throw new SqlRefused("there are no tables in " + dataDir);
    }
    try (Connection connection = TableFile.openForReading(dataDir)) {
      return ReadOnlySql.run(connection, sql);
    } catch (SQLException e) {
      throw new SqlRefused(String.valueOf(e.getMessage()));
    }
  }
}
