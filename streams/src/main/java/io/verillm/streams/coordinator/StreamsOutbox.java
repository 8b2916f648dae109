package io.verillm.streams.coordinator;

import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.topics.DeadLetterReason;
import io.verillm.topics.DeadLetters;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Sends through the topology's one sink, so that everything is part of the task's transaction. */
final class StreamsOutbox implements Outbox {
  private final ProcessorContext<byte[], Outgoing> context;
  private final EventSigner signer;
  private final DeadLetters deadLetters;

  StreamsOutbox(
      ProcessorContext<byte[], Outgoing> context, EventSigner signer, DeadLetters deadLetters) {
    this.context = context;
    this.signer = signer;
    this.deadLetters = deadLetters;
  }

  @Override
  public byte[] send(Topic topic, byte[] key, SpecificRecord event) {
    return forward(SignedRecords.signed(topic, null, key, event, signer), null);
  }

  @Override
  public byte[] send(Topic topic, int partition, byte[] key, SpecificRecord event) {
    return forward(SignedRecords.signed(topic, partition, key, event, signer), partition);
  }

  @Override
  public void refuse(SignedRecord record, DeadLetterReason reason, String detail) {
    forward(deadLetters.refuse(record, reason, detail), null);
  }

  private byte[] forward(ProducerRecord<byte[], byte[]> record, @Nullable Integer partition) {
    // Headers and time of the record being processed must not travel on: they would link the two.
    context.forward(
        new Record<>(
            record.key(),
            new Outgoing(record.topic(), partition, record.value()),
            context.currentStreamTimeMs() < 0 ? 0 : context.currentStreamTimeMs(),
            new RecordHeaders(record.headers().toArray())));
    return record.value();
  }
}
