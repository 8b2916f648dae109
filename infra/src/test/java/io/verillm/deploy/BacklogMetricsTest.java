package io.verillm.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.streams.coordinator.Backlog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class BacklogMetricsTest {
  /** The format's rules: https://docs.aws.amazon.com/AmazonCloudWatch, embedded metric format. */
  @Test
  void shouldBeOneLineInWhichEveryMetricAndDimensionIsAMember() throws Exception {
    Hash before = HashInput.of("model").hash();
    Hash after = HashInput.of("again").hash();
    Backlog backlog = new Backlog();
    backlog.seen(
        0,
        Map.of(before, new Backlog.Figures(1, 8, 2, 0), after, new Backlog.Figures(0, 0, 1, 1)),
        2_400);
    BacklogMetrics metrics =
        new BacklogMetrics(
            backlog,
            () -> true,
            "ab12",
            Map.of("small", Set.of(before, after)),
            Clock.fixed(Instant.ofEpochMilli(1_764_000_000_123L), ZoneOffset.UTC));

    String line = metrics.line("small");
    JsonNode event = new ObjectMapper().readTree(line);
    JsonNode directive = event.at("/_aws/CloudWatchMetrics/0");

    assertThat(line).doesNotContain("\n");
    assertThat(event.at("/_aws/Timestamp").longValue()).isEqualTo(1_764_000_000_123L);
    assertThat(directive.at("/Namespace").textValue()).isEqualTo("VeriLLM");
    assertThat(directive.at("/Dimensions").toString()).isEqualTo("[[\"Log\",\"Model\"]]");
    assertThat(event.at("/Log").textValue()).isEqualTo("ab12");
    assertThat(event.at("/Model").textValue()).isEqualTo("small");
    List<String> names =
        StreamSupport.stream(directive.at("/Metrics").spliterator(), false)
            .map(metric -> metric.at("/Name").textValue())
            .toList();
    assertThat(names).as("Terraform's alarms look at these").containsAll(alarmed());
    assertThat(names)
        .containsExactly(
            "WaitingRequests",
            "OldestWaitSeconds",
            "OpenRequests",
            "OwingWorkers",
            "UnknownShards",
            "WorkerWaitSeconds")
        .allSatisfy(name -> assertThat(event.get(name).isNumber()).isTrue());
    assertThat(event.get("UnknownShards").intValue()).isEqualTo(1);
    assertThat(event.get("OpenRequests").intValue()).as("of both ids of the name").isEqualTo(3);
    assertThat(event.get("OldestWaitSeconds").intValue()).isEqualTo(2);
    assertThat(event.get("WorkerWaitSeconds").intValue()).isEqualTo(600);
  }

  @Test
  void shouldSayThatShardsAreUnknownWhileTheyAreTakenAndNothingWithoutShards() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AtomicBoolean taking = new AtomicBoolean();
    BacklogMetrics metrics =
        new BacklogMetrics(
            new Backlog(),
            taking::get,
            "ab12",
            Map.of("small", Set.of(HashInput.of("model").hash())),
            Clock.systemUTC());

    metrics.print(new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(out.size()).isZero();
    taking.set(true);
    metrics.print(new PrintStream(out, true, StandardCharsets.UTF_8));

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("\"UnknownShards\":1")
        .as("nobody has read the log's parameters")
        .doesNotContain("WorkerWaitSeconds");
  }

  /** Names of our own metrics in the modules that scale by them, show them and tell of them. */
  private static Set<String> alarmed() throws IOException {
    String module =
        Files.readString(Path.of("..", "terraform", "modules", "gpu-consumer-group", "main.tf"));
    String shown =
        Files.readString(Path.of("..", "terraform", "modules", "observability", "main.tf"));
    Set<String> names =
        Pattern.compile("\"((?:Waiting|Oldest|Open|Owing|Unknown|WorkerWait)[A-Z][A-Za-z]+)\"")
            .matcher(module + shown)
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toSet());
    assertThat(names).hasSize(6);
    assertThat(module).contains("Log = var.backlog.log, Model = var.backlog.model");
    return names;
  }
}
