package io.verillm.streams.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Result;
import io.verillm.events.ResultKind;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.DeadLetterReason;
import io.verillm.topics.Topic;
import java.io.File;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request that waits for a worker when deciding gives its escrow back. */
class AdmissionExpiryTest {
  private final KeyValueStore<String, byte[]> kept =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore("private"), Serdes.String(), Serdes.ByteArray())
          .withLoggingDisabled()
          .build();
  private final PrivateStore store = new PrivateStore(kept);
  private final List<SpecificRecord> sent = new ArrayList<>();
  private List<String> candidates = List.of();
  private Admission admission;

  @BeforeEach
  void waitForAWorker() {
    MockProcessorContext<byte[], Outgoing> context =
        new MockProcessorContext<>(
            new Properties(), new TaskId(0, 0), new File(System.getProperty("java.io.tmpdir")));
    kept.init(context.getStateStoreContext(), kept);
    PrivateRequest waiting = new PrivateRequest();
    waiting.id = TestRequests.id(1);
    waiting.value = EventCodec.encode(TestRequests.request(1));
    waiting.stage = PrivateRequest.Stage.WAITING;
    store.put(waiting);
    admission =
        new Admission(
            CoordinatorBed.CATALOGUE,
            0,
            new CoordinatorBed().keys,
            RegistrySnapshot::empty,
            model -> candidates,
            (claim, request) -> Optional.empty(),
            new FakeTexts(),
            store,
            new Authors(new CoordinatorBed().keys),
            CoordinatorBed.covered(),
            new Sent());
  }

  @Test
  void shouldTellTheRequesterOnceAndNeverStartWhatHasExpired() {
    admission.verdict(expired());
    candidates = List.of("w-01");
    admission.start();

    assertThat(sent)
        .singleElement()
        .isInstanceOfSatisfying(
            Result.class,
            result -> {
              assertThat(result.getKind()).isEqualTo(ResultKind.FINAL);
              assertThat(result.getReason()).isEqualTo("EXPIRED");
            });
    assertThat(store.waiting()).as("nor after a restart").isEmpty();
  }

  static Verdict expired() {
    return new Verdict(
        TestRequests.id(1),
        0,
        0,
        VerdictOutcome.EXPIRED,
        true,
        "NO_WORKER",
        7L,
        "none",
        "uncalibrated",
        List.of(),
        0,
        0,
        List.of(),
        List.of(),
        List.of(),
        1,
        ByteBuffer.allocate(0));
  }

  private final class Sent implements Outbox {
    @Override
    public byte[] send(Topic topic, byte[] key, SpecificRecord event) {
      sent.add(event);
      return EventCodec.encode(event);
    }

    @Override
    public byte[] send(Topic topic, int partition, byte[] key, SpecificRecord event) {
      return send(topic, key, event);
    }

    @Override
    public void refuse(SignedRecord record, DeadLetterReason reason, String detail) {
      throw new AssertionError(reason + ": " + detail);
    }
  }
}
