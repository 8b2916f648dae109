package io.verillm.streams.audit;

import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.log.LogPartition;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/** A source's records as the protocol sees them. */
final class PublicRecords {
  private final RecordSource source;

  PublicRecords(RecordSource source) {
    this.source = source;
  }

  /** All records of one partition. */
  List<SignedRecord> of(Topic topic, int partition) {
    List<SignedRecord> records = new ArrayList<>();
    source.read(
        new LogPartition(topic.name(), partition),
        record -> records.add(SignedRecords.from(record)));
    return records;
  }

  /** All records of one partition, without keeping them. */
  void each(LogPartition partition, Consumer<SignedRecord> sink) {
    source.read(partition, record -> sink.accept(SignedRecords.from(record)));
  }

  /** The records of one partition that honest readers do not pass over. */
  List<SignedRecord> valid(Topic topic, int partition, SignatureAudit signatures) {
    return of(topic, partition).stream().filter(signatures::isValid).toList();
  }

  /** The event in a record; empty where there is none. */
  static Optional<SpecificRecord> event(SignedRecord record) {
    try {
      return Optional.of(EventCodec.decode(record.value()));
    } catch (UndecodableEvent e) {
      return Optional.empty();
    }
  }
}
