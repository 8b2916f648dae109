package io.verillm.streams.ledger;

import io.verillm.events.Balance;
import io.verillm.events.Score;
import io.verillm.events.StakeChanged;
import io.verillm.events.Transfer;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.money.EscrowAnswer;
import io.verillm.protocol.money.Ledger;
import io.verillm.protocol.money.LedgerEffects;
import io.verillm.streams.SignedEvents;
import io.verillm.topics.Catalogue;
import io.verillm.topics.DeadLetters;
import io.verillm.topics.EventReader;
import io.verillm.topics.Reading;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignerKeys;
import io.verillm.topics.Topic;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Applies each command to the ledger and writes its effects; sinks are named as their topics. */
final class LedgerProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private final Catalogue catalogue;
  private final EventSigner signer;
  private final SignerKeys keys;
  private final DeadLetters deadLetters;
  private @Nullable ProcessorContext<byte[], byte[]> context;
  private @Nullable Ledger ledger;

  LedgerProcessor(Catalogue catalogue, EventSigner signer, DeadLetters deadLetters) {
    this.catalogue = catalogue;
    this.signer = signer;
    // The ledger shares the coordinator's key, and nobody else commands it.
    this.keys = (name, event) -> Optional.of(signer.key().publicKey());
    this.deadLetters = deadLetters;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    this.ledger =
        new Ledger(
            new StoredLedgerState(context.getStateStore(LedgerApp.STORE)), catalogue.shards());
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata origin = context().recordMetadata().orElseThrow();
    SignedRecord signed = SignedEvents.read(origin, record);
    switch (EventReader.read(catalogue.ledgerCommands(), signed, keys)) {
      case Reading.Refused refused ->
          context()
              .forward(
                  SignedEvents.forSink(deadLetters.refuse(refused), record.timestamp()),
                  catalogue.deadLetters().name());
      case Reading.Valid valid -> {
        if (ledger == null) {
          throw new IllegalStateException("a command came before init");
        }
        write(ledger.apply(origin.offset(), valid.event()), record.timestamp());
      }
    }
  }

  private void write(LedgerEffects effects, long timestamp) {
    for (Transfer transfer : effects.transfers()) {
      byte[] key = RecordKeys.text(transfer.getTransferId());
      forward(catalogue.transfers(), key, transfer, timestamp);
    }
    for (Balance balance : effects.balances()) {
      byte[] key = RecordKeys.text(balance.getAccount());
      forward(catalogue.balances(), key, balance, timestamp);
    }
    for (Score score : effects.scores()) {
      forward(catalogue.scores(), RecordKeys.text(score.getWorker()), score, timestamp);
    }
    Topic shardInputs = catalogue.shardInputs();
    for (EscrowAnswer answer : effects.escrows()) {
      forward(shardInputs, RecordKeys.shard(answer.shard()), answer.decision(), timestamp);
    }
    for (StakeChanged stake : effects.stakes()) {
      for (int shard = 0; shard < catalogue.shards(); shard++) {
        forward(shardInputs, RecordKeys.shard(shard), stake, timestamp);
      }
    }
  }

  private void forward(Topic topic, byte[] key, SpecificRecord event, long timestamp) {
    context().forward(SignedEvents.write(topic, key, event, signer, timestamp), topic.name());
  }

  private ProcessorContext<byte[], byte[]> context() {
    if (context == null) {
      throw new IllegalStateException("not initialised");
    }
    return context;
  }
}
