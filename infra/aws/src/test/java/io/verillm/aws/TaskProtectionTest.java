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
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskProtectionTest {
  private static final String PROTECT = "{\"ProtectionEnabled\":true,\"ExpiresInMinutes\":10}";
  private static final String LET_GO = "{\"ProtectionEnabled\":false}";
  private static final String TASK =
      "arn:aws:ecs:eu-central-1:111122223333:task/verillm-w-01/0123456789abcdef0123456789abcdef";
  private static final String PROTECTED =
      "{\"protection\":{\"ExpirationDate\":\"2026-11-23T12:10:00Z\",\"ProtectionEnabled\":true,"
          + "\"TaskArn\":\"%s\"}}".formatted(TASK);
  private static final String FREE =
      "{\"protection\":{\"ExpirationDate\":null,\"ProtectionEnabled\":false,\"TaskArn\":\"%s\"}}"
          .formatted(TASK);

  /** As ECS' agent tells it, with status 200. */
  private static final String REFUSED =
      "{\"failure\":{\"Arn\":\"%s\",\"Detail\":null,\"Reason\":\"DEPLOYMENT_BLOCKED\"}}"
          .formatted(TASK);

  private static final String NOT_ALLOWED =
      "{\"requestID\":\"d3\",\"error\":{\"Code\":\"AccessDeniedException\",\"Message\":\"no\"}}";

  private static final Duration LOOK = Duration.ofMillis(20);

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger status = new AtomicInteger(200);
  private final AtomicReference<String> refusal = new AtomicReference<>();
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
    refusal.set(REFUSED);
    working.set(true);
    try (TaskProtection protection = protection()) {
      assertThat(protection).isNotNull();
      await().until(() -> asked.size() > 2);
      refusal.set(null);
      AtomicInteger before = new AtomicInteger(-1);
      await()
          .during(LOOK.multipliedBy(10))
          .until(() -> before.getAndSet(asked.size()) == asked.size());
      working.set(false);
      await().until(() -> asked.contains(LET_GO));
    }
  }

  @Test
  void shouldAskAgainWhereEcsDoesNotLetGo() {
    working.set(true);
    try (TaskProtection protection = protection()) {
      assertThat(protection).isNotNull();
      await().until(() -> asked.contains(PROTECT));
      refusal.set(REFUSED);
      working.set(false);
      await().until(() -> asked.stream().filter(LET_GO::equals).count() > 2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {NOT_ALLOWED, "", "no JSON", "{}", "[]"})
  void shouldAskAgainWhereItIsNotTold(String answer) {
    status.set(answer.equals(NOT_ALLOWED) ? 403 : 200);
    refusal.set(answer);
    working.set(true);
    try (TaskProtection protection = protection()) {
      assertThat(protection).isNotNull();
      await().until(() -> asked.size() > 2);
      assertThat(asked).containsOnly(PROTECT);
    }
  }

  @Test
  void shouldAskThoughOneLookFailed() {
    AtomicBoolean failed = new AtomicBoolean();
    BooleanSupplier fails =
        () -> {
          if (failed.compareAndSet(false, true)) {
            throw new IllegalStateException("as told");
          }
          return true;
        };
    try (TaskProtection protection = protection(fails)) {
      assertThat(protection).isNotNull();
      await().until(() -> asked.contains(PROTECT));
    }
  }

  @Test
  void shouldBeNothingOutsideOfEcs() {
    assertThat(TaskProtection.start(Map.of(), working::get)).isEmpty();
  }

  private TaskProtection protection() {
    return protection(working::get);
  }

  private TaskProtection protection(BooleanSupplier works) {
    String uri = "http://127.0.0.1:" + agent.getAddress().getPort() + "/api/some-task";
    return TaskProtection.start(Map.of("ECS_AGENT_URI", uri), works, LOOK).orElseThrow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      assertThat(exchange.getRequestMethod()).isEqualTo("PUT");
      String wanted = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String granted = wanted.equals(PROTECT) ? PROTECTED : FREE;
      byte[] body =
          Objects.requireNonNullElse(refusal.get(), granted).getBytes(StandardCharsets.UTF_8);
      asked.add(wanted);
      exchange.sendResponseHeaders(status.get(), body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
