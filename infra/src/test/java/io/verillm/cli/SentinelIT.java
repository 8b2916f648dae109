package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.cli.Program.Run;
import io.verillm.deploy.FoundedLog;
import io.verillm.events.DutyBegun;
import io.verillm.events.FlagKind;
import io.verillm.events.ParametersSet;
import io.verillm.events.Request;
import io.verillm.gpu.intake.IntakeKind;
import io.verillm.local.LocalStack;
import io.verillm.local.SamplePrompts;
import io.verillm.local.StackFolder;
import io.verillm.local.StackPlan;
import io.verillm.local.StackWitnesses;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.flag.FlagAccounts;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.KeyStore;
import io.verillm.topics.RegistryReader;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.Topic;
import io.verillm.topics.access.Principal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker in a process of its own owes flags: it plants them by another user, runs a cheat for the
 * BAD ones, is killed between planting and writing, and meets every duty all the same.
 */
class SentinelIT {
  private static final String WORKER = "w-88";

  /** An author, three checkers and a second committee. */
  private static final int OTHERS = 6;

  /** Ten seconds. Nothing counts for a duty epoch any more two minutes later. */
  private static final int DUTY_TICKS = 40;

  /** Every slot owes a flag, half of them a BAD one. */
  private static final int BAD_FLAGS = 5_000;

  /** Three minutes for a prefill and for an opening. */
  private static final int PATIENT_TICKS = 720;

  private static final int KILLS_MAX = 5;

  private static final Duration PATIENCE = Duration.ofSeconds(240);

  private final List<Process> started = new ArrayList<>();
  @TempDir private Path folder;

  @AfterEach
  void leaveNobodyWaiting() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldMeetItsDutiesThroughAKill() throws Exception {
    StackFolder data = new StackFolder(folder.resolve("data"));
    try (LocalStack stack =
        LocalStack.start(data, plan(), new SplittableRandom(7), LocalStack.ANY_PORT)) {
      // The others are there to check.
      stack.pauseFlags();
      waitLongFor(stack, data);
      String keys = folder.resolve(WORKER).resolve("keys").toString();
      Run names = say(stack, data, "operator", "keys", WORKER, "--worker", "--keys", keys);
      String users = folder.resolve("users").toString();
      Run applied =
          say(
              stack,
              data,
              "operator",
              "topics",
              "apply",
              "--workers",
              WORKER,
              "--acls",
              "--users",
              users);
      Run unsaid = work(stack, "");
      Run asItself = work(stack, worker());
      List<String> poor = poorOnes(stack, names);
      Run funded = say(stack, data, "coordinator", funds(data, names));
      Process first = start(stack, data, "first");
      await().atMost(PATIENCE).until(() -> takesTasks("first"));
      Run staked = say(stack, data, "coordinator", stake(data, names));
      Run set =
          say(
              stack,
              data,
              "coordinator",
              "duties",
              "--keys",
              coordinator(data),
              "--flags",
              "50,50",
              "--flag-window",
              "120");

      awaitPlanted(stack, Set.of());
      first.destroyForcibly().waitFor();
      SentinelLog atKill = SentinelLog.of(stack, WORKER, BAD_FLAGS);
      // On a slow machine the answers may be on the log before the kill.
      for (int again = 1; isAllWritten(stack, atKill) && again <= KILLS_MAX; again++) {
        Process next = start(stack, data, "again-" + again);
        awaitPlanted(stack, atKill.plantedIds());
        next.destroyForcibly().waitFor();
        atKill = SentinelLog.of(stack, WORKER, BAD_FLAGS);
      }
      assertThat(isAllWritten(stack, atKill)).as("killed before an answer was written").isFalse();
      Process second = start(stack, data, "second");
      await().atMost(PATIENCE).until(() -> takesTasks("second"));
      long back = System.currentTimeMillis();

      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(() -> {
            SentinelLog log = SentinelLog.of(stack, WORKER, BAD_FLAGS);
            assertThat(log.lost()).isEmpty();
            assertThat(log.unmet(back)).as(Files.readString(err("second"))).isEmpty();
            assertThat(log.counted()).contains(FlagKind.BAD, FlagKind.GOOD);
          });
      second.destroy();
      boolean ended = second.waitFor(60, TimeUnit.SECONDS);
      SentinelLog last = SentinelLog.of(stack, WORKER, BAD_FLAGS);

      assertThat(applied.status()).as(applied.err()).isZero();
      assertThat(unsaid.status()).isEqualTo(ExitCode.UNREACHABLE);
      assertThat(unsaid.err()).hasLineCount(1).contains("plant flags", "--flag-access");
      assertThat(asItself.status()).as(asItself.err()).isEqualTo(ExitCode.UNREACHABLE);
      assertThat(asItself.err()).contains("verillm.requests.v1");
      assertThat(funded.status()).as(funded.err()).isZero();
      assertThat(staked.status()).as(staked.err()).isZero();
      assertThat(set.out()).as(set.err()).contains("50.0 % BAD, 50.0 % GOOD");
      assertThat(poor).hasSize(FlagAccounts.COUNT).allMatch(line -> line.contains("has 0 units"));
      assertThat(last.lost()).isEmpty();
      assertThat(last.missed()).isEmpty();
      assertThat(Files.readString(err("second")))
          .contains("what pays for them needs funds: requester:")
          .doesNotContain("note: requester:");
      assertThat(ended).isTrue();
    }
  }

  private boolean isAllWritten(LocalStack stack, SentinelLog log) throws IOException {
    return log.isAllWritten(stack, access(stack), WORKER);
  }

  private KafkaAccess access(LocalStack stack) throws IOException {
    return KafkaAccess.ofFile(stack.bootstrap(), Path.of(worker()));
  }

  /** What the worker tells of accounts that nobody has funded. */
  private List<String> poorOnes(LocalStack stack, Run names) throws IOException {
    KafkaAccess access = access(stack);
    FoundedLog log = FoundedLog.find(access).orElseThrow();
    Hash model = log.registry().models().keySet().iterator().next();
    return new FlagFunds(log, accounts(names)).poorOnes(access, SamplePrompts.flags(model));
  }

  /**
   * Waits for a request that a duty epoch with these rates owes; looks as often as it can.
   *
   * @param known ids of those that were there before
   */
  private static void awaitPlanted(LocalStack stack, Set<String> known) throws UndecodableEvent {
    Topic flags = stack.catalogue().flags();
    Topic requests = stack.catalogue().requests();
    List<DutyBegun> owed = new ArrayList<>();
    long end = System.nanoTime() + PATIENCE.toNanos();
    try (Consumer<byte[], byte[]> consumer =
        ConsumerSettings.consumer(stack.as(Principal.OPERATOR))) {
      consumer.assign(
          Stream.of(flags, requests)
              .flatMap(topic ->
                  IntStream.range(0, topic.partitions())
                      .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
              .toList());
      consumer.seekToBeginning(consumer.assignment());
      while (System.nanoTime() < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          SpecificRecord event = EventCodec.decode(record.value());
          if (event instanceof DutyBegun duty && duty.getBadFlags() == BAD_FLAGS) {
            owed.add(duty);
          }
          if (event instanceof Request request
              && !known.contains(request.getRequestId())
              && request.getFlagClaims().stream().anyMatch(c -> c.getSentinel().equals(WORKER))
              && owed.stream().anyMatch(duty -> SentinelLog.isOf(request, duty))) {
            return;
          }
        }
      }
    }
    throw new AssertionError("no flag was planted in " + owed);
  }

  /** Where machines are slow a worker takes longer than half a minute to come back. */
  private static void waitLongFor(LocalStack stack, StackFolder data) {
    KafkaAccess access = stack.as(Principal.COORDINATOR);
    KeyStore keys = new KeyStore(Path.of(coordinator(data)), new SecureRandom());
    EventSigner signer = new EventSigner(Signers.COORDINATOR, keys.signing(Signers.COORDINATOR));
    try (RegistryReader registry = RegistryReader.open(access);
        SignedProducer producer = SignedProducer.idempotent(access, signer)) {
      ParametersSet old = registry.refresh(PATIENCE).parameters().orElseThrow();
      ParametersSet patient =
          ParametersSet.newBuilder(old)
              .setVersion(old.getVersion() + 1)
              .setPrefillTicks(PATIENT_TICKS)
              .setOpeningTicks(PATIENT_TICKS)
              .build();
      producer.send(stack.catalogue().registry(), RegistrySubject.of(patient), patient);
      producer.flush();
    }
  }

  private static StackPlan plan() {
    StackPlan honest = StackPlan.of(OTHERS, true, 7);
    return new StackPlan(
        honest.seed(),
        honest.behaviours(),
        StackWitnesses.LOCAL,
        IntakeKind.SHARE,
        honest.disputeTicks(),
        DUTY_TICKS);
  }

  private static Run say(LocalStack stack, StackFolder data, String user, String... arguments) {
    return new Commands(
            Map.of(
                "VERILLM_BOOTSTRAP", stack.bootstrap(),
                "VERILLM_ACCESS", data.path().resolve("access/" + user + ".properties").toString()))
        .run(arguments);
  }

  /** A worker that cannot begin. */
  private Run work(LocalStack stack, String flagAccess) {
    Map<String, String> environment = new HashMap<>();
    environment.put("VERILLM_BOOTSTRAP", stack.bootstrap());
    environment.put("VERILLM_ACCESS", worker());
    if (!flagAccess.isEmpty()) {
      environment.put("VERILLM_FLAG_ACCESS", flagAccess);
    }
    return new Commands(environment)
        .run("worker", "--id", WORKER, "--data", folder.resolve(WORKER).toString());
  }

  private boolean takesTasks(String name) throws IOException {
    String said = Files.readString(err(name));
    assertThat(started.getLast().isAlive()).as(said).isTrue();
    return said.contains("takes tasks from");
  }

  private Path err(String name) {
    return folder.resolve(name + ".err");
  }

  private String worker() {
    return folder.resolve("users/worker." + WORKER + ".properties").toString();
  }

  private static String coordinator(StackFolder data) {
    return data.path().resolve("keys").toString();
  }

  private static String[] stake(StackFolder data, Run names) {
    String key =
        names.out().lines().filter(line -> line.startsWith("key ")).findFirst().orElseThrow();
    return new String[] {
      "fund",
      "--keys",
      coordinator(data),
      "stake:%s@%s=30000000".formatted(WORKER, key.substring("key ".length()).strip())
    };
  }

  private static String[] funds(StackFolder data, Run names) {
    List<String> command = new ArrayList<>(List.of("fund", "--keys", coordinator(data)));
    accounts(names).forEach(account -> command.add(account + "=5000000"));
    return command.toArray(String[]::new);
  }

  private static List<String> accounts(Run names) {
    return names
        .out()
        .lines()
        .filter(line -> line.startsWith("flags "))
        .flatMap(line -> Arrays.stream(line.substring("flags ".length()).strip().split(" ")))
        .toList();
  }

  private Process start(LocalStack stack, StackFolder data, String name) throws IOException {
    Map<String, String> environment =
        Map.of(
            "VERILLM_BOOTSTRAP",
            stack.bootstrap(),
            "VERILLM_ACCESS",
            worker(),
            "VERILLM_JVM_FLAGS",
            "-Xmx512m -XX:TieredStopAtLevel=1",
            "VERILLM_FLAG_ACCESS",
            data.path().resolve("access/poster.properties").toString());
    Process process =
        Program.launcher(folder, environment)
            .start(
                err(name), "worker", "--id", WORKER, "--data", folder.resolve(WORKER).toString());
    started.add(process);
    return process;
  }
}
