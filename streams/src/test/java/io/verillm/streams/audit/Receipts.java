package io.verillm.streams.audit;

import io.verillm.events.Receipt;
import io.verillm.events.ReceiptRecord;
import io.verillm.events.SealedReceiptRecord;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.receipt.NoReceipt;
import io.verillm.protocol.receipt.ReceiptReport;
import io.verillm.protocol.receipt.ReceiptTopics;
import io.verillm.protocol.receipt.ReceiptVerifier;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;

/** Receipts of a recorded run, and forgers of them who hold every private key. */
final class Receipts {
  static final int REQUESTS = 3;
  static final MemoryRecords RUN = RecordedRun.of(REQUESTS);
  static final MemoryRecords PRIVATE = RecordedRun.privateOf(REQUESTS);
  static final ReceiptTopics TOPICS = ReceiptExport.topics(Catalogue.of(RUN.shards()));
  static final VerifyKey COORDINATOR = RunKeys.signer(Signers.COORDINATOR).key().publicKey();

  private Receipts() {}

  /** The receipt of a request, by its number in the run. */
  static Receipt of(int request) {
    try {
      return ReceiptExport.of(RUN, Receipts::privateRecords, RecordedRun.id(request));
    } catch (NoReceipt e) {
      throw new AssertionError(e);
    }
  }

  static List<SignedRecord> privateRecords(Topic topic, int partition) {
    return PRIVATE.of(topic.name()).stream().filter(r -> r.partition() == partition).toList();
  }

  static ReceiptReport verify(byte[] file) {
    return ReceiptVerifier.verify(file, TOPICS, Optional.of(COORDINATOR));
  }

  /** A receipt whose first wanted record of the log is another one, or gone where it is null. */
  static Receipt with(
      Receipt receipt,
      Predicate<SpecificRecord> wanted,
      UnaryOperator<SealedReceiptRecord> change) {
    List<SealedReceiptRecord> log = new ArrayList<>();
    boolean found = false;
    for (SealedReceiptRecord record : receipt.getLog()) {
      boolean victim = !found && wanted.test(event(Wire.bytes(record.getValue())));
      found |= victim;
      SealedReceiptRecord kept = victim ? change.apply(record) : record;
      if (kept != null) {
        log.add(kept);
      }
    }
    if (!found) {
      throw new AssertionError("no such record");
    }
    return Receipt.newBuilder(receipt).setLog(log).build();
  }

  /** The record with another event, signed again by who signed it. */
  static UnaryOperator<SealedReceiptRecord> resigned(UnaryOperator<SpecificRecord> change) {
    return record -> {
      byte[] value = EventCodec.encode(change.apply(event(Wire.bytes(record.getValue()))));
      SignedRecord signed =
          RunKeys.signer(record.getSigner())
              .sign(record.getTopic(), 0, Wire.bytes(record.getKey()), value);
      return SealedReceiptRecord.newBuilder(record)
          .setValue(Wire.buffer(value))
          .setSignature(Wire.buffer(signed.signature()))
          .build();
    };
  }

  /** As the other, for a record that no leaf is told of. */
  static ReceiptRecord resigned(ReceiptRecord record, UnaryOperator<SpecificRecord> change) {
    byte[] value = EventCodec.encode(change.apply(event(Wire.bytes(record.getValue()))));
    SignedRecord signed =
        RunKeys.signer(record.getSigner())
            .sign(record.getTopic(), 0, Wire.bytes(record.getKey()), value);
    return ReceiptRecord.newBuilder(record)
        .setValue(Wire.buffer(value))
        .setSignature(Wire.buffer(signed.signature()))
        .build();
  }

  static SpecificRecord event(byte[] value) {
    try {
      return EventCodec.decode(value);
    } catch (UndecodableEvent e) {
      throw new AssertionError(e);
    }
  }
}
