package io.verillm.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.events.Transfer;
import io.verillm.models.BuiltInModel;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.RequestDraft;
import io.verillm.topics.RequestOutcome;
import io.verillm.topics.RequesterClient;
import io.verillm.topics.access.Principal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A requester disputes a verdict on the whole live stack. */
class DisputeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int WINDOW_TICKS = 40;

  @TempDir static Path directory;

  @Test
  void shouldLookAgainAndKeepTheBondOfADisputeThatWasWrong() throws Exception {
    StackPlan plan = StackPlan.of(8, true, 7).withDisputeTicks(WINDOW_TICKS);
    try (LocalStack stack =
            LocalStack.start(
                new StackFolder(directory.resolve("stack")),
                plan,
                new Random(7),
                LocalStack.ANY_PORT);
        RequesterClient client =
            RequesterClient.connect(
                stack.as(Principal.REQUESTER),
                stack.keys().requester(),
                Clock.systemUTC(),
                new Random(11))) {
      RequestDraft draft = client.draft(BuiltInModel.NAME, "The LORD is my", 8, 0.5, 0);
      String id = client.submit(draft);
      await()
          .atMost(PATIENCE)
          .until(() -> client.status(id).state() == RequestOutcome.State.DECIDED);

      client.dispute(id, 0, client.bondMost());

      assertThat(client.await(id, PATIENCE).reason()).isEqualTo("ACCEPTED");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(transfers(stack, id))
                  .extracting(Transfer::getKind)
                  .containsSubsequence("reserve", "bond", "bond-end", "settle"));
      assertThat(transfers(stack, id))
          .filteredOn(t -> t.getKind().equals("bond-end"))
          .singleElement()
          .satisfies(t -> assertThat(t.getNote()).isEqualTo("forfeited"));
      assertThat(stack.failure()).isEmpty();
    }
  }

  private static List<Transfer> transfers(LocalStack stack, String requestId) throws Exception {
    List<Transfer> found = new ArrayList<>();
    TopicPartition partition = new TopicPartition(stack.catalogue().transfers().name(), 0);
    try (Consumer<byte[], byte[]> consumer =
        ConsumerSettings.consumer(stack.as(Principal.OPERATOR))) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          Transfer transfer = EventCodec.decode(record.value(), Transfer.class);
          if (transfer.getRequestId().equals(requestId)) {
            found.add(transfer);
          }
        }
      }
    }
    return found;
  }
}
