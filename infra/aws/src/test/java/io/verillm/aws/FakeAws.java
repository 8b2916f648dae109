package io.verillm.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** An endpoint of AWS' JSON protocol: one function for each operation, such as {@code Sign}. */
final class FakeAws implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * What an operation answers.
   *
   * @param status HTTP status
   * @param body becomes JSON
   */
  record Answer(int status, Map<String, Object> body) {
    static Answer ok(Map<String, Object> body) {
      return new Answer(200, body);
    }

    static Answer error(String code) {
      return new Answer(400, Map.of("__type", code, "message", "as told"));
    }

    static Answer failed() {
      return new Answer(500, Map.of("__type", "InternalServiceException"));
    }
  }

  private final HttpServer server;
  private final Map<String, Function<JsonNode, Answer>> operations = new ConcurrentHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();

  FakeAws() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  FakeAws on(String operation, Function<JsonNode, Answer> answer) {
    operations.put(operation, answer);
    return this;
  }

  int calls() {
    return calls.get();
  }

  AwsClients clients() {
    return new AwsClients(
        Optional.of(Region.EU_CENTRAL_1),
        Optional.of(StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "key"))),
        Optional.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
        Duration.ofSeconds(10),
        3);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      calls.incrementAndGet();
      String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
      String operation = target.substring(target.lastIndexOf('.') + 1);
      JsonNode request = MAPPER.readTree(exchange.getRequestBody());
      Answer answer =
          operations
              .getOrDefault(operation, unknown -> Answer.error("UnknownOperationException"))
              .apply(request);
      byte[] body = MAPPER.writeValueAsBytes(answer.body());
      exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
