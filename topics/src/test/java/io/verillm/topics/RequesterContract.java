package io.verillm.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.events.Request;
import io.verillm.events.Result;
import io.verillm.events.ResultKind;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.schemas.EventCodec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

interface RequesterContract {
  SigningKey REQUESTER = Cluster.key("requester");

  Cluster cluster();

  @Test
  default void shouldPostTheSameBytesToTheSameShardHoweverOften() throws Exception {
    try (RequesterClient client = connect(1)) {
      RequestDraft draft = client.draft("tiny", "Once upon a time", 20, 0.7);
      client.submit(draft);
      client.submit(draft);

      List<ConsumerRecord<byte[], byte[]>> posted = requests(draft.requestId());

      assertThat(posted).hasSize(2);
      assertThat(posted.get(0).value()).isEqualTo(posted.get(1).value());
      assertThat(posted)
          .allMatch(record -> record.partition() == Cluster.CATALOGUE.shardOf(draft.requestId()));
      assertThat(read(posted.getFirst()))
          .isInstanceOfSatisfying(
              Reading.Valid.class,
              valid -> {
                Request request = (Request) valid.event();
                assertThat(request.getPrompt()).isEqualTo("Once upon a time");
                assertThat(request.getBudget()).isEqualTo((20 * 7 + (3 + 1) * 300) * 6 / 5);
              });
    }
  }

  @Test
  default void shouldAcceptARequestMadeByHandFromTheWrittenRule() throws Exception {
    HandMadeRequest made = HandMadeRequest.make("Hello from another language");
    try (KafkaProducer<byte[], byte[]> plain =
        new KafkaProducer<>(
            cluster().access().settings(), new ByteArraySerializer(), new ByteArraySerializer())) {
      plain.send(made.record()).get();
    }

    ConsumerRecord<byte[], byte[]> posted = requests(made.requestId()).getFirst();

    assertThat(read(posted)).isInstanceOf(Reading.Valid.class);
    Request request = EventCodec.decode(posted.value(), Request.class);
    assertThat(request.getPrompt()).isEqualTo("Hello from another language");
    assertThat(request.getTemperature()).isEqualTo(0.5);
    assertThat(request.getBudget()).isEqualTo(1_000_000);
    assertThat(EventCodec.encode(request)).isEqualTo(posted.value());
  }

  @Test
  default void shouldFollowResultsOfTheCoordinatorAloneToTheEnd() throws Exception {
    SigningKey forger = Cluster.key("forger");
    Topic topic = Cluster.CATALOGUE.results();
    try (RequesterClient client = connect(2);
        SignedProducer coordinator = cluster().producer(Signers.COORDINATOR, Cluster.COORDINATOR);
        SignedProducer other = cluster().producer(Signers.COORDINATOR, forger)) {
      String id = client.submit(client.draft("tiny", "p", 4, 0));
      byte[] key = RecordKeys.text(id);
      other.send(topic, key, result(id, ResultKind.REFUSED, 0, "", "forged"));
      other.flush();
      coordinator.send(topic, key, result(id, ResultKind.STARTED, 0, "", ""));
      coordinator.send(topic, key, result(id, ResultKind.UNVERIFIED, 1, "ab", ""));
      coordinator.send(topic, key, result(id, ResultKind.UNVERIFIED, 1, "ab", ""));
      coordinator.send(topic, key, result(id, ResultKind.UNVERIFIED, 2, "c", ""));
      coordinator.flush();

      assertThat(client.status(id).state()).isEqualTo(RequestOutcome.State.RUNNING);
      assertThat(client.status(id).text()).isEqualTo("abc");

      coordinator.send(topic, key, result(id, ResultKind.DECIDED, 3, "abc", "ACCEPTED"));
      coordinator.send(topic, key, result(id, ResultKind.FINAL, 4, "", ""));
      coordinator.flush();
      List<ResultKind> heard = new ArrayList<>();
      RequestOutcome outcome =
          client.await(id, Cluster.TIMEOUT, result -> heard.add(result.getKind()));

      assertThat(outcome.state()).isEqualTo(RequestOutcome.State.FINAL);
      assertThat(outcome.reason()).isEqualTo("ACCEPTED");
      assertThat(outcome.text()).isEqualTo("abc");
      assertThat(heard)
          .containsExactly(
              ResultKind.STARTED,
              ResultKind.UNVERIFIED,
              ResultKind.UNVERIFIED,
              ResultKind.DECIDED,
              ResultKind.FINAL);
    }
  }

  @Test
  default void shouldSayWhatIsKnownWhenTheTimeIsOver() throws Exception {
    try (RequesterClient client = connect(3)) {
      String id = client.submit(client.draft("tiny", "p", 4, 0));

      assertThat(client.await(id, Duration.ofMillis(200))).isEqualTo(RequestOutcome.unknown(id));
      assertThat(client.status(id).state()).isEqualTo(RequestOutcome.State.UNKNOWN);
    }
  }

  @Test
  default void shouldNameWhatIsWrongWithARequestBeforePostingIt() throws Exception {
    try (RequesterClient client = connect(4)) {
      assertThatThrownBy(() -> client.draft("huge", "p", 4, 0))
          .isInstanceOf(RequestFailed.class)
          .hasMessage("unknown model 'huge'; registered: [tiny]");
      RequestDraft draft = client.draft("tiny", "x".repeat(300 * 1024), 4, 0);
      assertThatThrownBy(() -> client.submit(draft))
          .isInstanceOf(RequestFailed.class)
          .hasMessageContaining("are over the limit of " + Cluster.CATALOGUE.requests());
      assertThat(requests(draft.requestId())).isEmpty();
    }
  }

  private RequesterClient connect(long seed) throws RequestFailed {
    return RequesterClient.connect(
        cluster().access(), REQUESTER, Clock.systemUTC(), new Random(seed));
  }

  private List<ConsumerRecord<byte[], byte[]>> requests(String requestId) {
    byte[] key = RecordKeys.text(requestId);
    return cluster().read(Cluster.CATALOGUE.requests()).stream()
        .filter(record -> Arrays.equals(record.key(), key))
        .toList();
  }

  private static Reading read(ConsumerRecord<byte[], byte[]> record) {
    return EventReader.read(
        Cluster.CATALOGUE.requests(),
        SignedRecords.from(record),
        SignerKeys.of(RegistrySnapshot.empty()));
  }

  private static Result result(
      String id, ResultKind kind, int sequence, String text, String reason) {
    return new Result(id, kind, sequence, text, List.of(), reason, "", List.of(), List.of());
  }
}
