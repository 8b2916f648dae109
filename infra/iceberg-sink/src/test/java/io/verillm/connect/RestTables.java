package io.verillm.connect;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTCatalogProperties.SnapshotMode;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ConfigResponse;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.jspecify.annotations.Nullable;

/**
 * A catalog of tables behind Iceberg's REST interface, as S3 Tables has one; Iceberg's own rules.
 */
final class RestTables implements AutoCloseable {
  private static final ObjectMapper MAPPER = mapper();

  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  /**
   * Starts it.
   *
   * @param warehouse below which tables without a place of their own lie
   */
  RestTables(String warehouse) throws IOException {
    catalog.initialize("tables", Map.of("warehouse", warehouse));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  InMemoryCatalog catalog() {
    return catalog;
  }

  /** By whom requests were signed. */
  List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
          .ifPresent(authorizations::add);
      byte[] body = exchange.getRequestBody().readAllBytes();
      List<String> path =
          Arrays.stream(exchange.getRequestURI().getPath().split("/")).skip(2).toList();
      try {
        reply(exchange, 200, handle(exchange.getRequestMethod(), path, body));
      } catch (NoSuchTableException | NoSuchNamespaceException e) {
        fail(exchange, 404, e);
      } catch (AlreadyExistsException | CommitFailedException e) {
        fail(exchange, 409, e);
      } catch (RuntimeException e) {
        fail(exchange, 500, e);
      }
    }
  }

  private @Nullable Object handle(String method, List<String> path, byte[] body)
      throws IOException {
    if (path.getFirst().equals("config")) {
      return ConfigResponse.builder().build();
    }
    Namespace namespace = path.size() > 1 ? Namespace.of(path.get(1)) : Namespace.empty();
    boolean posted = method.equals("POST");
    return switch (path.size()) {
      case 1 -> {
        CreateNamespaceRequest wanted = MAPPER.readValue(body, CreateNamespaceRequest.class);
        yield CatalogHandlers.createNamespace(catalog, wanted);
      }
      case 2 -> CatalogHandlers.loadNamespace(catalog, namespace);
      case 3 -> {
        CreateTableRequest wanted = MAPPER.readValue(body, CreateTableRequest.class);
        yield CatalogHandlers.createTable(catalog, namespace, wanted);
      }
      case 4 -> {
        TableIdentifier table = TableIdentifier.of(namespace, path.get(3));
        yield posted
            ? CatalogHandlers.updateTable(
                catalog, table, MAPPER.readValue(body, UpdateTableRequest.class))
            : CatalogHandlers.loadTable(catalog, table, SnapshotMode.ALL);
      }
      // Reports of scans and commits.
      default -> null;
    };
  }

  private static void fail(HttpExchange exchange, int status, RuntimeException failure)
      throws IOException {
    reply(
        exchange,
        status,
        ErrorResponse.builder()
            .responseCode(status)
            .withType(failure.getClass().getSimpleName())
            .withMessage(failure.getMessage())
            .build());
  }

  private static void reply(HttpExchange exchange, int status, @Nullable Object body)
      throws IOException {
    if (body == null || exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(body == null ? 204 : status, -1);
      return;
    }
    byte[] json = MAPPER.writeValueAsBytes(body);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, json.length);
    exchange.getResponseBody().write(json);
  }

  private static ObjectMapper mapper() {
    ObjectMapper mapper =
        new ObjectMapper()
            .setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    RESTSerializers.registerAll(mapper);
    return mapper;
  }

  @Override
  public void close() throws IOException {
    server.stop(0);
    threads.shutdownNow();
    catalog.close();
  }
}
