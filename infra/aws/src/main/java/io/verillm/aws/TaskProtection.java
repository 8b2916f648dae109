package io.verillm.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps ECS from taking this process away, for fewer tasks or a new release, while it has work
 * (task scale-in protection, by the agent's endpoint). What ECS refuses is asked for again: while a
 * release is about to replace the task ECS may refuse all the time. Protection ends by itself where
 * the process is stuck or lost; a machine that breaks down or is taken back by the spot market
 * heeds none.
 */
public final class TaskProtection implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Logger LOG = LoggerFactory.getLogger(TaskProtection.class);
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final int MINUTES = 10;

  /** Well before the last request's protection ends. */
  private static final Duration RENEWAL = Duration.ofMinutes(MINUTES / 2);

  private final URI state;
  private final BooleanSupplier working;
  private final HttpClient client = HttpClient.newHttpClient();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("task-protection").factory());
  private boolean isProtected;
  private long askedAt;

  private TaskProtection(URI agent, BooleanSupplier working, Duration look) {
    this.state = URI.create(agent + "/task-protection/v1/state");
    this.working = working;
    thread.scheduleWithFixedDelay(this::look, 0, look.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Protects this process while it works.
   *
   * @param environment names ECS' agent, in {@code ECS_AGENT_URI}
   * @return empty where this is no task of ECS
   */
  public static Optional<TaskProtection> start(
      Map<String, String> environment, BooleanSupplier working) {
    return start(environment, working, LOOK);
  }

  static Optional<TaskProtection> start(
      Map<String, String> environment, BooleanSupplier working, Duration look) {
    return Optional.ofNullable(environment.get("ECS_AGENT_URI"))
        .map(agent -> new TaskProtection(URI.create(agent), working, look));
  }

  private void look() {
    try {
      boolean wanted = working.getAsBoolean();
      boolean renew = wanted && System.nanoTime() - askedAt > RENEWAL.toNanos();
      if (wanted != isProtected || renew) {
        ask(wanted);
      }
    } catch (IOException e) {
      LOG.warn("ECS' agent cannot be asked for task protection: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // Thrown on, it would end the looking for good.
      LOG.error("whether to ask for task protection is not known", e);
    }
  }

  private void ask(boolean wanted) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(state)
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body(wanted)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() == 200 && says(answer.body(), wanted)) {
      isProtected = wanted;
      askedAt = System.nanoTime();
    } else {
      LOG.warn(
          "ECS does not {} this task, {}: {}",
          wanted ? "protect" : "let go of",
          answer.statusCode(),
          answer.body());
    }
  }

  /** A refusal by ECS is a 200 too, with {@code failure} in place of {@code protection}. */
  private static boolean says(String answer, boolean wanted) throws IOException {
    JsonNode state = MAPPER.readTree(answer).at("/protection/ProtectionEnabled");
    return state.isBoolean() && state.booleanValue() == wanted;
  }

  private static String body(boolean wanted) {
    return wanted
        ? "{\"ProtectionEnabled\":true,\"ExpiresInMinutes\":%d}".formatted(MINUTES)
        : "{\"ProtectionEnabled\":false}";
  }

  /** Asks no more; ECS forgets the task with its process. */
  @Override
  public void close() {
    thread.shutdownNow();
    client.close();
  }
}
