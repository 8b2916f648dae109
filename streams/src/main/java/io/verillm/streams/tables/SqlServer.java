package io.verillm.streams.tables;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Answers {@code POST /sql} (body: one statement in UTF-8) on the loopback address for the process
 * that holds the file. 200 with rows, 400 with the reason, 403 without the token of {@code
 * sql.port}: a web page or another user must not read through it.
 */
final class SqlServer implements AutoCloseable {
  private static final int THREADS = 2;
  private static final int TOKEN_BYTES = 16;
  private static final int BODY_BYTES_MAX = 4 * ReadOnlySql.STATEMENT_CHARS_MAX;

  private final Path dataDir;
  private final Readers readers;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final SqlPort port;

  /** Opens a connection for one statement. */
  interface Readers {
    Connection open() throws SQLException;
  }

  private SqlServer(Path dataDir, Readers readers, HttpServer server) {
    this.dataDir = dataDir;
    this.readers = readers;
    this.server = server;
    byte[] token = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(token);
    this.port = new SqlPort(server.getAddress().getPort(), HexFormat.of().formatHex(token));
  }

  /** Starts on a free port and writes {@code sql.port}. */
  static SqlServer start(Path dataDir, Readers readers) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    SqlServer server = new SqlServer(dataDir, readers, HttpServer.create(address, 0));
    server.server.createContext("/sql", server::answer);
    server.server.setExecutor(server.threads);
    server.server.start();
    server.port.write(dataDir);
    return server;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("POST")) {
        send(exchange, 405, SqlJson.error("POST a statement"));
      } else if (!allowed(exchange)) {
        send(exchange, 403, SqlJson.error("the token of sql.port is missing"));
      } else {
        run(exchange);
      }
    }
  }

  private boolean allowed(HttpExchange exchange) {
    String token = exchange.getRequestHeaders().getFirst(SqlPort.TOKEN_HEADER);
    return token != null
        && MessageDigest.isEqual(
            token.getBytes(StandardCharsets.UTF_8), port.token().getBytes(StandardCharsets.UTF_8));
  }

  private void run(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
    if (body.length > BODY_BYTES_MAX) {
      send(exchange, 400, SqlJson.error("a statement has at most " + BODY_BYTES_MAX + " bytes"));
      return;
    }
    try (Connection connection = readers.open()) {
      String sql = new String(body, StandardCharsets.UTF_8);
      send(exchange, 200, SqlJson.of(ReadOnlySql.run(connection, sql)));
    } catch (SqlRefused | SQLException e) {
      send(exchange, 400, SqlJson.error(String.valueOf(e.getMessage())));
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() throws IOException {
    SqlPort.delete(dataDir);
    server.stop(0);
    threads.shutdownNow();
  }
}
