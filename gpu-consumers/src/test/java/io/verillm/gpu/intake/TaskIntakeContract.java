package io.verillm.gpu.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.broker.LocalBroker;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.topics.KafkaAccess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every intake promises, on a real broker. */
abstract class TaskIntakeContract {
  @TempDir static Path directory;
  private static LocalBroker broker;
  private static KafkaProducer<byte[], byte[]> transactional;

  private final Handler handler = new Handler();
  private final String topic = "tasks-" + UUID.randomUUID();
  private TaskIntake intake;
  private Thread thread;

  abstract TaskIntake connect(IntakeSettings settings);

  final String topic() {
    return topic;
  }

  final String group() {
    return "group-" + topic;
  }

  final void answer(String task, Settlement settlement) {
    handler.answer(task, settlement);
  }

  final Admin admin() {
    return KafkaAccess.open(broker.bootstrapServers()).admin();
  }

  @BeforeAll
  static void startBroker() {
    broker = LocalBroker.start(directory, 0);
    transactional =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", broker.bootstrapServers(), "transactional.id", "coordinator"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    transactional.initTransactions();
  }

  @AfterAll
  static void stopBroker() {
    transactional.close();
    broker.close();
  }

  @BeforeEach
  void start() throws Exception {
    try (Admin admin = admin()) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
    startIntake();
  }

  private void startIntake() {
    TaskIntake started =
        connect(
            IntakeSettings.of(KafkaAccess.open(broker.bootstrapServers()), topic, group())
                .withLock(Duration.ofMillis(900))
                .withDrain(Duration.ofMillis(300)));
    intake = started;
    thread = Thread.ofPlatform().start(() -> started.run(handler));
  }

  @AfterEach
  void stop() throws Exception {
    intake.stop();
    thread.join(Duration.ofSeconds(20));
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void shouldDeliverTasksSentBeforeAndAfterItCame() {
    send("one");
    awaitDelivered("one");
    handler.answer("one", Settlement.DONE);
    send("two");
    awaitDelivered("one", "two");
  }

  @Test
  void shouldNotDeliverTasksOfAbortedTransactions() {
    transactional.beginTransaction();
    transactional.send(record("aborted"));
    transactional.flush();
    transactional.abortTransaction();
    send("committed");

    awaitDelivered("committed");
  }

  @Test
  void shouldDeliverAgainWhatWasReleased() {
    send("task");
    awaitDelivered("task");

    handler.answer("task", Settlement.RELEASED);

    awaitDelivered("task", "task");
    handler.answer("task", Settlement.DONE);
  }

  @Test
  void shouldKeepATaskThatTakesLongerThanItsLock() {
    send("long");
    awaitDelivered("long");

    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(5))
        .until(() -> handler.delivered.size() == 1);
    handler.answer("long", Settlement.DONE);
    send("next");

    awaitDelivered("long", "next");
  }

  @Test
  void shouldGiveBackAtItsStopWhatIsNotDone() throws Exception {
    send("done");
    awaitDelivered("done");
    handler.answer("done", Settlement.DONE);
    send("unfinished");
    awaitDelivered("done", "unfinished");

    stop();
    startIntake();

    awaitDelivered("done", "unfinished", "unfinished");
  }

  final void send(String task) {
    transactional.beginTransaction();
    transactional.send(record(task));
    transactional.commitTransaction();
  }

  private ProducerRecord<byte[], byte[]> record(String task) {
    return new ProducerRecord<>(topic, task.getBytes(StandardCharsets.UTF_8));
  }

  final void awaitDelivered(String... tasks) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(handler.delivered).containsExactly(tasks));
  }

  private static final class Handler implements TaskHandler {
    private final Queue<String> delivered = new ConcurrentLinkedQueue<>();
    private final Map<String, CompletableFuture<Settlement>> open =
        new java.util.concurrent.ConcurrentHashMap<>();

    @Override
    public CompletionStage<Settlement> handle(SignedRecord task) {
      String name = new String(task.value(), StandardCharsets.UTF_8);
      CompletableFuture<Settlement> answer = new CompletableFuture<>();
      open.put(name, answer);
      delivered.add(name);
      return answer;
    }

    void answer(String name, Settlement settlement) {
      open.remove(name).complete(settlement);
    }
  }
}
