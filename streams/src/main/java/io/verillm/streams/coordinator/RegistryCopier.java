package io.verillm.streams.coordinator;

import io.verillm.events.RegistryUpdate;
import io.verillm.events.WorkerReady;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.streams.SignedEvents;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Counters;
import io.verillm.topics.DeadLetterReason;
import io.verillm.topics.DeadLetters;
import io.verillm.topics.RecordKeys;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Copies the registry to every shard's spine. A worker that says it is ready while its topics are
 * missing is not copied: a task for it would stop the whole app.
 */
final class RegistryCopier implements Processor<byte[], byte[], byte[], Outgoing> {
  private static final DeadLetterReason TOPIC_MISSING = new DeadLetterReason("topic-missing");

  private final Catalogue catalogue;
  private final CoordinatorKeys keys;
  private final Predicate<String> hasTopics;
  private final Counters counters;
  private ProcessorContext<byte[], Outgoing> context;
  private Outbox out;

  RegistryCopier(
      Catalogue catalogue, CoordinatorKeys keys, Predicate<String> hasTopics, Counters counters) {
    this.catalogue = catalogue;
    this.keys = keys;
    this.hasTopics = hasTopics;
    this.counters = counters;
  }

  @Override
  public void init(ProcessorContext<byte[], Outgoing> given) {
    context = given;
    out =
        new StreamsOutbox(
            given,
            new EventSigner(Signers.COORDINATOR, keys.signer()),
            new DeadLetters(catalogue, counters));
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    SignedRecord signed = SignedEvents.read(metadata, record);
    if (isMissingTopics(signed)) {
      out.refuse(signed, TOPIC_MISSING, new String(signed.key(), StandardCharsets.UTF_8));
      return;
    }
    RegistryUpdate update =
        new RegistryUpdate(
            signed.offset(),
            Wire.buffer(signed.key()),
            Wire.buffer(signed.value()),
            signed.signer(),
            Wire.buffer(signed.signature()));
    for (int shard = 0; shard < catalogue.shards(); shard++) {
      out.send(catalogue.shardInputs(), shard, RecordKeys.shard(shard), update);
    }
  }

  private boolean isMissingTopics(SignedRecord signed) {
    try {
      return EventCodec.decode(signed.value()) instanceof WorkerReady ready
          && ready.getReady()
          && !hasTopics.test(ready.getWorker());
    } catch (UndecodableEvent e) {
      // The shards' own registry refuses it, and says so in the journal.
      return false;
    } catch (IllegalArgumentException e) {
      // No topic can have such a worker's name.
      return true;
    }
  }
}
