package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.deploy.TurningLoops;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.management.MBeanServerFactory;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeartbeatTest {
  private static final TurningLoops NONE =
      new TurningLoops(MBeanServerFactory.newMBeanServer(), Duration.ofSeconds(1));

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("health");
  }

  @AfterEach
  void forget() {
    Heartbeat.spare(() -> false);
    Heartbeat.watch(Optional::empty);
  }

  @Test
  void shouldTellWhatIsWrongAndThatItIsOver() {
    AtomicReference<Optional<String>> fault = new AtomicReference<>(Optional.empty());
    Heartbeat.watch(fault::get);
    try (Heartbeat beating = new Heartbeat(file, NONE, Duration.ofMillis(10))) {
      await().untilAsserted(() -> assertThat(probed()).isEmpty());
      fault.set(Optional.of("a task is in hand for 61 minutes"));
      await()
          .untilAsserted(() -> assertThat(probed()).isEqualTo("a task is in hand for 61 minutes"));
      fault.set(Optional.empty());
      await().untilAsserted(() -> assertThat(probed()).isEmpty());
    }
  }

  @Test
  void shouldBeWellWhileAReplayKeepsItsConsumerWaiting() {
    AtomicBoolean replays = new AtomicBoolean(true);
    Heartbeat.spare(replays::get);
    TurningLoops hurried = TurningLoops.ofThisProcess(Duration.ofMillis(500));
    try (KafkaConsumer<byte[], byte[]> waiting = polledOnce();
        Heartbeat beating = new Heartbeat(file, hurried, Duration.ofMillis(10))) {
      await().until(() -> hurried.fault().isPresent());
      await().untilAsserted(() -> assertThat(probed()).isEmpty());
      replays.set(false);
      await().untilAsserted(() -> assertThat(probed()).contains("replaying was not polled"));
      waiting.poll(Duration.ZERO);
      await().untilAsserted(() -> assertThat(probed()).isEmpty());
    }
  }

  private static KafkaConsumer<byte[], byte[]> polledOnce() {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", "localhost:1", "client.id", "replaying"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(List.of(new TopicPartition("t", 0)));
    consumer.poll(Duration.ZERO);
    return consumer;
  }

  @Test
  void shouldBeMissedWhenItStops() throws Exception {
    Files.writeString(file, HealthProbe.WELL);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(59)));
    assertThat(probed()).isEmpty();
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(90)));
    assertThat(probed()).matches("silent for 9\\d s");
    Files.delete(file);
    assertThat(probed()).startsWith("nothing said");
  }

  /** As the image is asked: with one folder of classes and no library. */
  @Test
  void shouldAnswerByTheExitStatusOfAJavaOfItsOwn() throws Exception {
    String classes =
        Path.of(HealthProbe.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toString();
    Program java = Program.java(folder);
    String[] probe = {
      "-Xmx16m", "-XX:+UseSerialGC", "-cp", classes, HealthProbe.class.getName(), file.toString()
    };
    assertThat(java.run(60, probe).status()).isEqualTo(1);
    Files.writeString(file, HealthProbe.WELL);
    assertThat(java.run(60, probe).status()).isZero();
    Files.writeString(file, "consumer c was not polled for 301 s");
    Program.Run unwell = java.run(60, probe);
    assertThat(unwell.status()).isEqualTo(1);
    assertThat(unwell.out()).contains("not polled for 301 s");
  }

  private String probed() {
    return HealthProbe.fault(file, Instant.now());
  }
}
