package io.verillm.streams.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.broker.LocalBroker;
import io.verillm.events.Accepted;
import io.verillm.events.Balance;
import io.verillm.events.Challenge;
import io.verillm.events.ChallengedPosition;
import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.Posting;
import io.verillm.events.RequestInput;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.Score;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ClusterTopics;
import io.verillm.topics.Counters;
import io.verillm.topics.DeadLetterReason;
import io.verillm.topics.DeadLetters;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.Topic;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From signed records on a broker to rows. */
class TablesTest {
  private static final Catalogue CATALOGUE = Catalogue.of(2);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final SigningKey COORDINATOR = SigningKey.fromSeed(new byte[32]);
  private static final SigningKey WORKER = SigningKey.fromSeed(filled(1));
  private static final String REFUSED = "019abc00-0000-7000-8000-00000000000f";
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);
  private static final ByteBuffer ID = ByteBuffer.wrap(filled(7));

  private static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void shouldShowEachRecordOnceAcrossARestart(@TempDir Path dir) throws Exception {
    Path data = dir.resolve("data");
    try (LocalBroker broker = LocalBroker.start(dir.resolve("broker"), 0);
        Admin admin = KafkaAccess.open(broker.bootstrapServers()).admin()) {
      new ClusterTopics(admin, CATALOGUE).apply(CATALOGUE.all(List.of()));
      KafkaAccess bootstrap = KafkaAccess.open(broker.bootstrapServers());
      register(bootstrap);

      try (Tables tables = Tables.start(bootstrap, data, CATALOGUE)) {
        writeCase(bootstrap);
        refuse(bootstrap);
        tables.awaitCurrent(PATIENCE);
        assertRows(data);
      }
      assertRows(data);

      try (Tables tables = Tables.start(bootstrap, data, CATALOGUE)) {
        send(
            bootstrap,
            signer(Signers.LEDGER, COORDINATOR),
            CATALOGUE.balances(),
            RecordKeys.text("worker:w-01"),
            new Balance("worker:w-01", 150L, 3L));
        tables.awaitCurrent(PATIENCE);
        assertThat(rows(data, "SELECT balance FROM workers WHERE worker = 'w-01'"))
            .containsExactly(List.of(150L));
        assertThat(rows(data, "SELECT count(*) FROM log.balances")).containsExactly(List.of(2L));
        assertThat(rows(data, "SELECT count(*) FROM log.verdicts")).containsExactly(List.of(2L));
      }
    }
  }

  private static void register(KafkaAccess bootstrap) {
    send(
        bootstrap,
        signer(Signers.COORDINATOR, COORDINATOR),
        CATALOGUE.registry(),
        new RegisteredCoordinator(
                "c",
                COORDINATOR.publicKey(),
                VrfKey.fromSeed(new byte[32]).publicKey(),
                2,
                List.of(
                    new RegisteredWitness(
                        "witness-1",
                        WORKER.publicKey(),
                        VrfKey.fromSeed(new byte[32]).publicKey())))
            .toEvent());
    send(
        bootstrap,
        signer(Signers.worker("w-01"), WORKER),
        CATALOGUE.registry(),
        new WorkerRegistered(
            "w-01", "op-1", ByteBuffer.wrap(WORKER.publicKey().bytes()), ByteBuffer.allocate(0)));
    send(
        bootstrap,
        signer(Signers.worker("w-01"), WORKER),
        CATALOGUE.registry(),
        new WorkerReady("w-01", List.of(ID), "cpu-fp32", true, 1L));
  }

  private static void refuse(KafkaAccess access) {
    SignedRecord request =
        new SignedRecord(
            CATALOGUE.requests().name(),
            1,
            7,
            RecordKeys.text(REFUSED),
            new byte[] {1},
            Signers.REQUESTER,
            new byte[] {2});
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            access.settings(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(
          new DeadLetters(CATALOGUE, new Counters())
              .refuse(request, new DeadLetterReason("prompt-too-long"), REFUSED));
    }
  }

  private static void writeCase(KafkaAccess bootstrap) {
    EventSigner coordinator = signer(Signers.COORDINATOR, COORDINATOR);
    EventSigner ledger = signer(Signers.LEDGER, COORDINATOR);
    byte[] key = RecordKeys.text("r1");
    send(
        bootstrap,
        coordinator,
        CATALOGUE.accepted(),
        key,
        new Accepted(
            "r1",
            ID,
            "requester:00000000000000aa",
            NONE,
            0,
            ID,
            0.0,
            0,
            0.0,
            NONE,
            16,
            3,
            200L,
            1_320L,
            ID,
            1,
            NONE,
            ID));
    send(bootstrap, coordinator, CATALOGUE.challenges(), key, challenge());
    send(
        bootstrap,
        signer(Signers.worker("w-01"), WORKER),
        CATALOGUE.votes(),
        key,
        new Vote("r1", 0, 1, ID, "w-01", VoteDecision.REJECT, VoteReason.MODEL));
    // Nobody registered this worker: its vote must not be seen as one.
    send(
        bootstrap,
        signer(Signers.worker("w-99"), WORKER),
        CATALOGUE.votes(),
        key,
        new Vote("r1", 0, 1, ID, "w-99", VoteDecision.ACCEPT, VoteReason.NONE));
    // Signed well, but in another worker's name.
    send(
        bootstrap,
        signer(Signers.worker("w-01"), WORKER),
        CATALOGUE.votes(),
        key,
        new Vote("r1", 0, 1, ID, "w-02", VoteDecision.ACCEPT, VoteReason.NONE));
    send(bootstrap, coordinator, CATALOGUE.verdicts(), key, verdict(VerdictOutcome.ACCEPTED, 1));
    send(bootstrap, coordinator, CATALOGUE.verdicts(), key, verdict(VerdictOutcome.REJECTED, 2));
    send(
        bootstrap,
        ledger,
        CATALOGUE.transfers(),
        RecordKeys.text("t/0"),
        new Transfer(
            "t/0",
            "settle",
            "r1",
            0,
            4L,
            List.of(new Posting("locked:w-01", -300L), new Posting("treasury", 300L)),
            "REJECTED"));
    send(
        bootstrap,
        ledger,
        CATALOGUE.transfers(),
        RecordKeys.text("t/1"),
        new Transfer("t/1", "denied", "r1", 0, 5L, List.of(), "repeated"));
    send(
        bootstrap,
        ledger,
        CATALOGUE.balances(),
        RecordKeys.text("worker:w-01"),
        new Balance("worker:w-01", 100L, 1L));
    send(
        bootstrap,
        ledger,
        CATALOGUE.scores(),
        RecordKeys.text("w-01"),
        new Score(0L, "w-01", 3, 1, -50L, -50L, false));
  }

  private static Challenge challenge() {
    RosterEntry author =
        new RosterEntry(ID, "w-01", RosterRole.AUTHOR, 0, 0, ID, ID, ID, true, 0, ID, ID, ID);
    return new Challenge(
        "r1",
        0,
        1,
        1,
        9L,
        ID,
        8L,
        ID,
        0,
        "",
        List.of(author),
        List.of(new ChallengedPosition(3, 0)),
        List.of(21),
        1,
        new RequestInput(ID, 5, 0.7, 40, 0.9, ID, ID));
  }

  private static Verdict verdict(VerdictOutcome outcome, int round) {
    VerdictMember author =
        new VerdictMember(ID, "w-01", MemberRole.AUTHOR, 0, MemberDecision.NONE, "", false);
    return new Verdict(
        "r1",
        0,
        round,
        outcome,
        round == 2,
        "votes",
        12L,
        "calibrated",
        "cal-1",
        List.of("rows", "tokens"),
        16,
        21,
        List.of(),
        List.of(author),
        List.of(),
        1,
        ByteBuffer.allocate(0));
  }

  private static void assertRows(Path data) throws Exception {
    assertThat(
            rows(
                data,
                "SELECT request_id, prompt_length, top_k, max_tokens, escrow, outcome, state FROM requests"
                    + " WHERE state <> 'REFUSED'"))
        .containsExactly(List.of("r1", 5L, 40L, 16L, 1_320L, "REJECTED", "FINAL"));
    assertThat(
            rows(
                data,
                "SELECT request_id, reason, decided_at IS NOT NULL FROM requests"
                    + " WHERE state = 'REFUSED'"))
        .containsExactly(List.of(REFUSED, "PROMPT_TOO_LONG", true));
    assertThat(rows(data, "SELECT worker, decision, reason FROM votes"))
        .containsExactly(List.of("w-01", "REJECT", "MODEL"));
    assertThat(
            rows(data, "SELECT key, log_offset, reason FROM refused WHERE topic LIKE '%requests%'"))
        .containsExactly(List.of(REFUSED, 7L, "prompt-too-long"));
    assertThat(
            rows(
                data,
                "SELECT topic = 'x', reason, detail FROM refused WHERE topic NOT LIKE '%requests%'"
                    + " ORDER BY ALL"))
        .containsExactly(
            List.of(false, "not-the-signer", "worker:w-01"),
            List.of(false, "unknown-signer", "worker:w-99"));
    assertThat(rows(data, "SELECT round, outcome, tests, not_checked FROM verdicts"))
        .containsExactly(List.of(2L, "REJECTED", List.of("rows", "tokens"), List.of()));
    assertThat(rows(data, "SELECT author, outcome, state, positions_opened FROM cases"))
        .containsExactly(List.of("w-01", "REJECTED", "FINAL", 16L));
    assertThat(rows(data, "SELECT transfer_id, kind, account, amount FROM transfers ORDER BY ALL"))
        .containsExactly(
            List.of("t/0", "settle", "locked:w-01", -300L),
            List.of("t/0", "settle", "treasury", 300L),
            List.of("t/1", "denied", "", 0L));
    assertThat(rows(data, "SELECT account, balance FROM balances"))
        .containsExactly(List.of("worker:w-01", 100L));
    assertThat(rows(data, "SELECT worker, cases, score, carried FROM scores"))
        .containsExactly(List.of("w-01", 3L, -50L, false));
    assertThat(
            rows(
                data,
                "SELECT worker, operator, ready, cases_as_author, rejected_as_author, score,"
                    + " slashed, balance FROM workers"))
        .containsExactly(List.of("w-01", "op-1", true, 1L, 1L, -50L, 300L, 100L));
  }

  private static List<List<Object>> rows(Path data, String sql) throws Exception {
    return new SqlClient(data).query(sql).rows();
  }

  private static EventSigner signer(String name, SigningKey key) {
    return new EventSigner(name, key);
  }

  private static void send(
      KafkaAccess bootstrap, EventSigner signer, Topic topic, SpecificRecord event) {
    send(bootstrap, signer, topic, RegistrySubject.of(event), event);
  }

  private static void send(
      KafkaAccess bootstrap, EventSigner signer, Topic topic, byte[] key, SpecificRecord event) {
    try (SignedProducer producer = SignedProducer.idempotent(bootstrap, signer)) {
      producer.send(topic, key, event);
      producer.flush();
    }
  }
}
