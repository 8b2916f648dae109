package io.verillm.gpu.worker;

import io.verillm.events.ClaimIgnored;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.EncryptionKeyRegistered;
import io.verillm.events.FlagDuty;
import io.verillm.events.FlagOpening;
import io.verillm.events.TaskExposed;
import io.verillm.events.Tokens;
import io.verillm.events.Vote;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.gpu.task.SealedStep;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.Catalogue;
import io.verillm.topics.DeadLetterReason;
import io.verillm.topics.DeadLetters;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Everything that one worker says, each event to its topic and its task's partition. */
final class Outbox implements AutoCloseable {
  private final Catalogue catalogue;
  private final SignedProducer producer;
  private final DeadLetters deadLetters;

  Outbox(Catalogue catalogue, SignedProducer producer, DeadLetters deadLetters) {
    this.catalogue = catalogue;
    this.producer = producer;
    this.deadLetters = deadLetters;
  }

  /** Registers the worker; says when that was written. */
  long registered(WorkerRegistered event) {
    return await(
            producer.send(catalogue.registry(), RegistrySubject.worker(event.getWorker()), event))
        .timestamp();
  }

  void encryptionKey(EncryptionKeyRegistered event) {
    await(
        producer.send(
            catalogue.registry(), RegistrySubject.encryptionKey(event.getParty()), event));
  }

  void ready(WorkerReady event) {
    await(
        producer.send(catalogue.registry(), RegistrySubject.workerReady(event.getWorker()), event));
  }

  /** The signed commitment for a step, not sent yet. */
  SignedRecord commitment(int shard, SealedStep step) {
    Hash taskId = step.seal().taskId();
    Commitment event =
        new Commitment(
            Wire.buffer(taskId),
            step.seal().worker(),
            CommitmentStep.valueOf(step.seal().step().name()),
            Wire.buffer(step.seal().sealedRoot()),
            step.outputTag().map(Wire::buffer).orElse(null));
    return producer
        .signer()
        .sign(
            catalogue.commitments().name(),
            shard,
            RecordKeys.task(taskId),
            EventCodec.encode(event));
  }

  /** Sends a record exactly as it was signed, and waits until it is on the log. */
  void sendAgain(SignedRecord record) {
    await(
        producer.send(
            new ProducerRecord<>(
                record.topic(),
                record.partition(),
                record.key(),
                record.value(),
                SignedRecords.headers(record))));
  }

  void tokens(int shard, Tokens event) {
    producer.send(catalogue.tokens(), shard, RecordKeys.task(Wire.hash(event.getTaskId())), event);
  }

  /** An opening as it goes to the log: in the clear, or in an envelope. */
  void opening(int shard, String requestId, SpecificRecord event) {
    send(catalogue.openings(), shard, requestId, event);
  }

  void vote(int shard, Vote event) {
    send(catalogue.votes(), shard, event.getRequestId(), event);
  }

  void exposed(int shard, TaskExposed event) {
    send(catalogue.disputes(), shard, event.getRequestId(), event);
  }

  void flag(int shard, FlagOpening event) {
    send(catalogue.flags(), shard, event.getRequestId(), event);
  }

  void claim(int shard, ClaimIgnored event) {
    send(catalogue.flags(), shard, event.getRequestId(), event);
  }

  void duty(int shard, FlagDuty event) {
    String key = DutyTerms.key(shard, event.getScoringEpoch(), event.getSentinel());
    send(catalogue.flags(), shard, key, event);
  }

  private void send(Topic topic, int shard, String requestId, SpecificRecord event) {
    await(producer.send(topic, shard, RecordKeys.text(requestId), event));
  }

  void refuse(SignedRecord record, DeadLetterReason reason, String detail) {
    producer.send(deadLetters.refuse(record, reason, detail));
  }

  private static RecordMetadata await(Future<RecordMetadata> sent) {
    try {
      return sent.get();
    } catch (ExecutionException e) {
      throw new KafkaException("cannot send", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while sending", e);
    }
  }

  static WorkerReady readyEvent(
      String worker, List<Hash> models, String profile, boolean ready, long sequence) {
    return new WorkerReady(worker, Wire.buffers(models), profile, ready, sequence);
  }

  @Override
  public void close() {
    producer.close();
  }
}
