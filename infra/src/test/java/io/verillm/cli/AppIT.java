package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.broker.LocalBroker;
import io.verillm.cli.Program.Run;
import io.verillm.events.FlagOpening;
import io.verillm.events.Request;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.KeyStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Every program as a process of its own, against one broker. */
class AppIT extends DeploymentScenario {
  private static final String MODEL = "copy";
  private static final String ASKED = "What do flags ask?";
  private static final String PROMPTS = "{\"prompt\": \"" + ASKED + "\", \"maxTokens\": 4}\n";
  private static final String JVM_FLAGS = "-Xmx256m -XX:TieredStopAtLevel=1";

  /** Far less than an idle consumer takes until somebody notices, and more than a slow machine. */
  private static final int SILENCE_SECONDS = 30;

  private final Map<String, Process> started = new LinkedHashMap<>();
  @TempDir private Path directory;
  private LocalBroker broker;
  private LockedBucket bucket;
  private String served = "";
  private String prompts = "";
  private Map<String, String> environment = Map.of();

  @BeforeEach
  void startBroker() throws Exception {
    broker = LocalBroker.start(directory.resolve("broker"), 0);
    bucket = new LockedBucket();
    environment = new HashMap<>(bucket.environment());
    environment.put("VERILLM_BOOTSTRAP", broker.bootstrapServers());
    environment.put("VERILLM_JVM_FLAGS", JVM_FLAGS);
    environment.put("VERILLM_MODELS", folder("models"));
    served = push();
    prompts = bucket.put("flags/prompts.jsonl", PROMPTS);
    Files.writeString(poster(), "security.protocol=PLAINTEXT\n");
  }

  /** An import of the built-in model under another name, as it lies in the bucket from then on. */
  private String push() throws Exception {
    String source = ModelFolder.builtIn(directory.resolve("source")).toString();
    String store = folder("imports");
    Run imported = run("model", "import", source, "--name", MODEL, "--models", store);
    assertThat(imported.status()).as(imported.err()).isZero();
    Run pushed = run("model", "push", MODEL, bucket.models(), "--models", store);
    assertThat(pushed.status()).as(pushed.err()).isZero();
    return pushed.lastLine();
  }

  private Path poster() {
    return directory.resolve("poster.properties");
  }

  @Override
  List<String> serving() {
    return List.of("--model", served, "--models-from", bucket.models());
  }

  @Override
  String model() {
    return MODEL;
  }

  @Override
  List<String> planting() {
    return List.of("--flag-access", poster().toString(), "--flag-prompts", prompts);
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
    ProcessBuilder.Redirect out = ProcessBuilder.Redirect.to(out(name).toFile());
    started.put(name, Program.launcher(directory, own).start(out, error(name), arguments));
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
    start("coordinator", with(serving(), "app", "coordinator", "--metrics", "--keys", keys));
    awaitLine("coordinator", "coordinator runs on ");
    for (String worker : List.of("w-01", "w-04")) {
      startWorker(worker);
      awaitLine(worker, "takes tasks from");
    }
    Run funded = run("fund", "--keys", keys, stake("w-04"));
    assertThat(early.status()).as(early.err()).isEqualTo(ExitCode.BAD);
    assertThat(early.err()).contains("w-04", "not registered");
    assertThat(funded.status()).as(funded.err()).isZero();
    KeyStore kept = new KeyStore(directory.resolve("keys"), new SecureRandom());
    Map<String, Process> workers = new LinkedHashMap<>(started);
    workers.keySet().removeIf(name -> !name.startsWith("w-"));

    new LostAuthor(KafkaAccess.open(bootstrap()), Catalogue.of(2), MODEL, workers)
        .costsItsOwnSegmentAlone(kept.signing("coordinator"), kept.signing(RequesterOption.KEY));
    plantsWhatTheBucketSays(keys);

    Run audit = run("audit", "--bootstrap", bootstrap());
    assertThat(audit.status()).as(audit.out() + audit.err()).isZero();
    assertThat(Files.readString(out("coordinator")))
        .as("figures for CloudWatch, of this model")
        .contains("\"OldestWaitSeconds\"", "\"Model\":\"%s\"".formatted(MODEL));
  }

  /** Flags ask what lies in the bucket, are written, checked, opened and count. */
  private void plantsWhatTheBucketSays(String keys) throws Exception {
    Commands operator = new Commands(environment);
    List<String> funds = new ArrayList<>(List.of("fund", "--keys", keys));
    for (String worker : List.of("w-01", "w-02", "w-03", "w-04")) {
      String names =
          named(
              "flags",
              operator.run("keys", worker, "--worker", "--keys", folder(worker) + "/keys"));
      Stream.of(names.split(" ")).forEach(account -> funds.add(account + "=1000000"));
      if (!isRunning(worker)) {
        startWorker(worker);
        awaitLine(worker, "takes tasks from");
      }
    }
    Run funded = operator.run(funds.toArray(String[]::new));
    Run begun =
        operator.run(
            with(List.of("--keys", keys), "duties", "--duty-minutes", "1", "--flags", "0,100"));
    await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> !counted().isEmpty());
    Run over = operator.run("duties", "--duty-minutes", "0", "--keys", keys);

    assertThat(funded.status()).as(funded.err()).isZero();
    assertThat(begun.status()).as(begun.err()).isZero();
    assertThat(over.status()).as(over.err()).isZero();
  }

  /** Requests from the bucket whose flag was opened and whose answer was accepted. */
  private Set<String> counted() {
    LogEvents log = new LogEvents(KafkaAccess.open(bootstrap()));
    Catalogue catalogue = Catalogue.of(2);
    Set<String> asked =
        ids(
            log.all(catalogue.requests(), Request.class).stream()
                .filter(request ->
                    request.getPrompt().equals(ASKED) && !request.getFlagClaims().isEmpty())
                .map(Request::getRequestId));
    asked.retainAll(
        ids(log.all(catalogue.flags(), FlagOpening.class).stream().map(FlagOpening::getRequestId)));
    asked.retainAll(
        ids(
            log.all(catalogue.verdicts(), Verdict.class).stream()
                .filter(v -> v.getLast() && v.getOutcome() == VerdictOutcome.ACCEPTED)
                .map(Verdict::getRequestId)));
    return asked;
  }

  private static Set<String> ids(Stream<String> ids) {
    return ids.collect(Collectors.toCollection(TreeSet::new));
  }

  private Path out(String name) {
    return directory.resolve(name + ".out");
  }

  private Path error(String name) {
    return directory.resolve(name + ".err");
  }
}
