package io.verillm.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaskProtectionTest {
  private static final String PROTECT = "{\"ProtectionEnabled\":true,\"ExpiresInMinutes\":10}";
  private static final String LET_GO = "{\"ProtectionEnabled\":false}";
  private static final Duration LOOK = Duration.ofMillis(20);

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger status = new AtomicInteger(200);
  private final AtomicBoolean working = new AtomicBoolean();
  private HttpServer agent;

  @BeforeEach
  void start() throws Exception {
    agent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    agent.createContext("/api/some-task/task-protection/v1/state", this::answer);
    agent.start();
  }

  @AfterEach
  void stop() {
    agent.stop(0);
  }

  @Test
  void shouldBeProtectedWhileItWorksAndNotLonger() {
    try (TaskProtection protection = protection()) {
      assertThat(protection).isNotNull();
      working.set(true);
      await().untilAsserted(() -> assertThat(asked).containsExactly(PROTECT));
      working.set(false);
      await().untilAsserted(() -> assertThat(asked).containsExactly(PROTECT, LET_GO));
    }
  }

  @Test
  void shouldAskAgainWhereEcsRefused() {
    status.set(400);
    working.set(true);
    try (TaskProtection protection = protection()) {
      assertThat(protection).isNotNull();
      await().until(() -> asked.size() > 2);
      assertThat(asked).containsOnly(PROTECT);
    }
  }

  @Test
  void shouldBeNothingOutsideOfEcs() {
    assertThat(TaskProtection.start(Map.of(), working::get)).isEmpty();
  }

  private TaskProtection protection() {
    String uri = "http://127.0.0.1:" + agent.getAddress().getPort() + "/api/some-task";
    return TaskProtection.start(Map.of("ECS_AGENT_URI", uri), working::get, LOOK).orElseThrow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      assertThat(exchange.getRequestMethod()).isEqualTo("PUT");
      asked.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status.get(), body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
