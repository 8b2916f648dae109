package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.ParametersSet;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.SettleCase;
import io.verillm.events.Task;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.RegistryReader;
import io.verillm.topics.RequestDraft;
import io.verillm.topics.RequesterClient;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.Topic;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * The second author of a handed-over answer is killed. All workers are stopped before the request
 * is posted and only the first author goes on, so that the second, whoever is drawn, has its task
 * and has done nothing when it dies.
 */
final class LostAuthor {
  private static final Duration PATIENCE = Duration.ofSeconds(300);
  private static final int MAX_TOKENS = 12;

  /** Twenty seconds for a prefill, two for a dispute: nobody waits longer for the dead. */
  private static final int PREFILL_TICKS = 80;

  private static final int DISPUTE_TICKS = 8;

  private final KafkaAccess access;
  private final LogEvents log;
  private final Catalogue catalogue;
  private final String model;
  private final Map<String, Process> workers;

  LostAuthor(KafkaAccess access, Catalogue catalogue, String model, Map<String, Process> workers) {
    this.model = model;
    this.access = access;
    this.log = new LogEvents(access);
    this.catalogue = catalogue;
    this.workers = new TreeMap<>(workers);
  }

  void costsItsOwnSegmentAlone(SigningKey coordinator, SigningKey requester) throws Exception {
    hurry(coordinator);
    Map<String, Integer> before = new TreeMap<>();
    workers.keySet().forEach(worker -> before.put(worker, tasks(worker).size()));
    for (Process worker : workers.values()) {
      signal("STOP", worker);
    }
    String id = post(requester);
    String first = nextWithATask(before, List.of());
    signal("CONT", workers.get(first));
    String second = nextWithATask(before, List.of(first));
    workers.get(second).destroyForcibly().waitFor();
    for (String other : workers.keySet()) {
      if (!other.equals(second)) {
        signal("CONT", workers.get(other));
      }
    }

    await().atMost(PATIENCE).until(() -> settlements(id).size() == 2);

    assertThat(events(catalogue.verdicts(), Verdict.class))
        .filteredOn(v -> v.getRequestId().equals(id) && v.getLast())
        .extracting(Verdict::getOutcome)
        .containsExactly(VerdictOutcome.ACCEPTED, VerdictOutcome.ACCEPTED);
    List<SettleCase> settled = settlements(id);
    assertThat(settled.getFirst().getSlashes()).isEmpty();
    assertThat(authorsPaid(settled.getFirst())).containsExactly(first);
    assertThat(settled.getLast().getSlashes())
        .extracting(CaseSlash::getWorker, CaseSlash::getKind)
        .containsExactly(tuple(second, "missing"));
    assertThat(authorsPaid(settled.getLast())).hasSize(1).doesNotContain(first, second);
  }

  private void hurry(SigningKey coordinator) {
    try (RegistryReader registry = RegistryReader.open(access);
        SignedProducer producer =
            SignedProducer.idempotent(access, new EventSigner(Signers.COORDINATOR, coordinator))) {
      ParametersSet old = registry.refresh(PATIENCE).parameters().orElseThrow();
      ParametersSet hasty =
          ParametersSet.newBuilder(old)
              .setVersion(old.getVersion() + 1)
              .setPrefillTicks(PREFILL_TICKS)
              .setDisputeTicks(DISPUTE_TICKS)
              .build();
      byte[] key = RegistrySubject.of(hasty);
      producer.send(catalogue.registry(), key, hasty);
      producer.flush();
      await()
          .atMost(PATIENCE)
          .until(() ->
              events(catalogue.shardInputs(), RegistryUpdate.class).stream()
                      .filter(u -> u.getValue().equals(Wire.buffer(EventCodec.encode(hasty))))
                      .count()
                  == catalogue.shards());
    }
  }

  private String post(SigningKey requester) throws Exception {
    try (RequesterClient client =
        RequesterClient.connect(access, requester, Clock.systemUTC(), new SecureRandom())) {
      RequestDraft draft = client.draft(model, "In the beginning", MAX_TOKENS, 0, 1);
      return client.submit(
          new RequestDraft(
              draft.requestId(),
              draft.modelId(),
              draft.prompt(),
              draft.maxTokens(),
              draft.temperature(),
              draft.topK(),
              draft.topP(),
              1,
              draft.handovers(),
              draft.budget(),
              draft.nonce(),
              draft.flagSalt()));
    }
  }

  /** Who is given a task next, but for some. */
  private String nextWithATask(Map<String, Integer> before, List<String> known) {
    List<String> found = new ArrayList<>();
    await()
        .atMost(PATIENCE)
        .until(() -> {
          workers.keySet().stream()
              .filter(worker -> !known.contains(worker))
              .filter(worker -> tasks(worker).size() > before.get(worker))
              .forEach(found::add);
          return !found.isEmpty();
        });
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private static List<String> authorsPaid(SettleCase settled) {
    return settled.getPayments().stream()
        .filter(payment -> payment.getKind().equals("author"))
        .map(CasePayment::getWorker)
        .toList();
  }

  private List<SettleCase> settlements(String id) {
    return events(catalogue.ledgerCommands(), SettleCase.class).stream()
        .filter(settle -> settle.getRequestId().equals(id))
        .toList();
  }

  private List<Task> tasks(String worker) {
    return events(catalogue.tasks(worker), Task.class);
  }

  private <T extends SpecificRecord> List<T> events(Topic topic, Class<T> type) {
    return log.all(topic, type);
  }

  private static void signal(String name, Process worker) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(worker.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }
}
