package io.verillm.gpu.intake;

import io.verillm.topics.SignedRecords;
import java.util.concurrent.BlockingQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A task in the handler's hands; its answer is set once, by whatever thread. */
final class Held {
  private final ConsumerRecord<byte[], byte[]> record;
  private volatile @Nullable Settlement settlement;
  private int refusals;

  private Held(ConsumerRecord<byte[], byte[]> record) {
    this.record = record;
  }

  /** Hands the record out; it appears in {@code answered} when its answer is there. */
  static Held handOut(
      ConsumerRecord<byte[], byte[]> record, TaskHandler handler, BlockingQueue<Held> answered) {
    Held held = new Held(record);
    handler
        .handle(SignedRecords.from(record))
        .whenComplete((settlement, failure) -> {
          held.settlement = failure == null ? settlement : Settlement.RELEASED;
          answered.add(held);
        });
    return held;
  }

  ConsumerRecord<byte[], byte[]> record() {
    return record;
  }

  /** The answer; a task without one goes back. */
  Settlement settlement() {
    Settlement answer = settlement;
    return answer == null ? Settlement.RELEASED : answer;
  }

  /** Counts that the client would not take the answer. */
  int refuse() {
    return ++refusals;
  }

  boolean answered() {
    return settlement != null;
  }
}
