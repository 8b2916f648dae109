package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.broker.LocalBroker;
import io.verillm.cli.Program.Run;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.KeyStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Every program as a process of its own, against one broker. */
class AppIT extends DeploymentScenario {
  private static final String JVM_FLAGS = "-Xmx256m -XX:TieredStopAtLevel=1";

  /** Far less than an idle consumer takes until somebody notices, and more than a slow machine. */
  private static final int SILENCE_SECONDS = 30;

  private final Map<String, Process> started = new LinkedHashMap<>();
  @TempDir private Path directory;
  private LocalBroker broker;
  private LockedBucket bucket;
  private Map<String, String> environment = Map.of();

  @BeforeEach
  void startBroker() throws Exception {
    broker = LocalBroker.start(directory.resolve("broker"), 0);
    bucket = new LockedBucket();
    environment = new HashMap<>(bucket.environment());
    environment.put("VERILLM_BOOTSTRAP", broker.bootstrapServers());
    environment.put("VERILLM_JVM_FLAGS", JVM_FLAGS);
  }

  @AfterEach
  void stopAll() throws Exception {
    for (Process process : started.values()) {
      process.destroyForcibly().waitFor();
    }
    bucket.close();
    broker.close();
  }

  @Override
  List<String> publishing() {
    return List.of(
        "--checkpoints", bucket.place(), "--checkpoint-seconds", "1", "--checkpoint-days", "30");
  }

  @Override
  String bootstrap() {
    return broker.bootstrapServers();
  }

  @Override
  Run run(String... arguments) throws Exception {
    return Program.launcher(directory, environment).run(PATIENCE.toSeconds(), arguments);
  }

  @Override
  void start(String name, String... arguments) throws Exception {
    Map<String, String> own = new HashMap<>(environment);
    own.put("VERILLM_STATE", folder(name + "-state"));
    own.put(
        "VERILLM_JVM_FLAGS",
        "%s -D%s=%s -D%s=%d"
            .formatted(
                JVM_FLAGS,
                Heartbeat.FILE,
                folder(name + "-health"),
                Heartbeat.SILENCE,
                SILENCE_SECONDS));
    started.put(name, Program.launcher(directory, own).start(error(name), arguments));
  }

  @Override
  String said(String name) throws Exception {
    return Files.readString(error(name));
  }

  @Override
  boolean isRunning(String name) {
    return started.get(name).isAlive();
  }

  @Override
  void stop(String name) throws Exception {
    Process process = started.get(name);
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said(name)).isTrue();
  }

  @Override
  String folder(String name) {
    return directory.resolve(name).toString();
  }

  @Override
  String mounted(String name) {
    return folder(name);
  }

  /** The tables and the bucket are on loopback: only processes of the same machine reach them. */
  @Override
  void afterwards() throws Exception {
    isWell();
    await().atMost(PATIENCE).until(() -> bucket.published().size() > 1);
    assertThat(bucket.throttled()).isEqualTo(LockedBucket.THROTTLED);
    assertThat(bucket.lockModes()).isNotEmpty().containsOnly("COMPLIANCE");
    Map.Entry<Long, String> first = bucket.published().firstEntry();
    Run recorded = run("log", "checkpoint", "--epoch", first.getKey().toString());
    assertThat(recorded.status()).as(recorded.err()).isZero();
    assertThat(recorded.out()).isEqualTo(first.getValue());
    List<String> query =
        List.of(
            "sql", "--tables", folder("tables"), "--output", "csv", "select state from requests");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(run(query.toArray(String[]::new)).out()).contains("FINAL"));
    losesAnAuthor();
  }

  /** No program has a consumer that it forgets to poll. */
  private void isWell() {
    started.forEach((name, process) -> {
      Path file = Path.of(folder(name + "-health"));
      if (process.isAlive()) {
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> assertThat(HealthProbe.fault(file, Instant.now())).as(name).isEmpty());
      }
    });
  }

  /** Coordinator and a worker come back, another worker joins, and a second author is killed. */
  private void losesAnAuthor() throws Exception {
    String keys = folder("keys");
    Run applied = run("topics", "apply", "--shards", "2", "--workers", "w-01,w-02,w-03,w-04");
    Run early = run("fund", "--keys", keys, stake("w-04"));
    assertThat(applied.status()).as(applied.err()).isZero();
    start("coordinator", "app", "coordinator", "--keys", keys);
    awaitLine("coordinator", "coordinator runs on ");
    for (String worker : List.of("w-01", "w-04")) {
      start(worker, "worker", "--id", worker, "--intake", "group", "--data", mounted(worker));
      awaitLine(worker, "takes tasks from");
    }
    Run funded = run("fund", "--keys", keys, stake("w-04"));
    assertThat(early.status()).as(early.err()).isEqualTo(ExitCode.BAD);
    assertThat(early.err()).contains("w-04", "not registered");
    assertThat(funded.status()).as(funded.err()).isZero();
    KeyStore kept = new KeyStore(directory.resolve("keys"), new SecureRandom());
    Map<String, Process> workers = new LinkedHashMap<>(started);
    workers.keySet().removeIf(name -> !name.startsWith("w-"));

    new LostAuthor(KafkaAccess.open(bootstrap()), Catalogue.of(2), workers)
        .costsItsOwnSegmentAlone(kept.signing("coordinator"), kept.signing(RequesterOption.KEY));

    Run audit = run("audit", "--bootstrap", bootstrap());
    assertThat(audit.status()).as(audit.out() + audit.err()).isZero();
  }

  private Path error(String name) {
    return directory.resolve(name + ".err");
  }
}
