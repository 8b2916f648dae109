package io.verillm.streams.coordinator;

import io.verillm.events.Commitment;
import io.verillm.events.EscrowDecided;
import io.verillm.events.JournalEntry;
import io.verillm.events.ParametersSet;
import io.verillm.events.Request;
import io.verillm.events.TasksIssued;
import io.verillm.events.Tokens;
import io.verillm.events.Verdict;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.log.JournalChain;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.Shard;
import io.verillm.streams.SignedEvents;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Counters;
import io.verillm.topics.DeadLetterReason;
import io.verillm.topics.DeadLetters;
import io.verillm.topics.EventReader;
import io.verillm.topics.Reading;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignerKeys;
import io.verillm.topics.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Drives one shard: admission on private records at once, deciding on public records epoch by
 * epoch.
 */
final class CoordinatorProcessor implements Processor<byte[], byte[], byte[], Outgoing> {
  static final String LOG_STORE = "shard-log";
  static final String PRIVATE_STORE = "private";

  private final Catalogue catalogue;
  private final CoordinatorKeys keys;
  private final Texts texts;
  private final Counters counters;
  private final Backlog backlog;

  private ProcessorContext<byte[], Outgoing> context;
  private int shardNumber;
  private Shard shard;
  private ShardLog log;
  private ShardProgress progress;
  private Admission admission;
  private Outbox out;

  CoordinatorProcessor(
      Catalogue catalogue, CoordinatorKeys keys, Texts texts, Counters counters, Backlog backlog) {
    this.catalogue = catalogue;
    this.keys = keys;
    this.texts = texts;
    this.counters = counters;
    this.backlog = backlog;
  }

  @Override
  public void init(ProcessorContext<byte[], Outgoing> context) {
    this.context = context;
    shardNumber = context.taskId().partition();
    backlog.taken(shardNumber);
    KeyValueStore<Bytes, byte[]> logStore = context.getStateStore(LOG_STORE);
    KeyValueStore<String, byte[]> privateStore = context.getStateStore(PRIVATE_STORE);
    PrivateStore store = new PrivateStore(privateStore);
    Authors authors = new Authors(keys);
    out =
        new StreamsOutbox(
            context,
            new EventSigner(Signers.COORDINATOR, keys.signer()),
            new DeadLetters(catalogue, counters));
    OpenTurns turns =
        new OpenTurns(worker -> shard.view().freeStake(worker), () -> shard.view().lock());
    shard =
        new Shard(
            CoordinatorApp.shardTopics(catalogue),
            shardNumber,
            new LiveSecrets(keys, store, turns),
            // Whoever writes the spine first must not become the coordinator in its stead.
            RegistrySnapshot.trusting(keys.signer().publicKey()));
    log = new ShardLog(logStore, catalogue.shardInputs().name());
    progress = new ShardProgress(privateStore, shardNumber);
    log.replay(shard, progress.nextSpine());
    admission =
        new Admission(
            catalogue,
            shardNumber,
            keys,
            shard::registry,
            hash -> shard.view().authors(hash),
            shard::fault,
            texts,
            store,
            authors,
            turns,
            out);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    SignedRecord signed = SignedEvents.read(metadata, record);
    Topic topic = catalogue.byName(metadata.topic()).orElseThrow();
    if (topic.equals(catalogue.requests()) || topic.equals(catalogue.tokens())) {
      admit(topic, signed);
      return;
    }
    log.add(signed);
    if (topic.equals(catalogue.commitments()) || topic.equals(catalogue.shardInputs())) {
      // Deciding will judge these records; here only valid ones matter, and the others wait for it.
      if (read(topic, signed) instanceof Reading.Valid valid) {
        fast(signed, valid.event());
      }
    }
    decide();
  }

  private Reading read(Topic topic, SignedRecord signed) {
    return EventReader.read(topic, signed, SignerKeys.of(shard.registry()));
  }

  private void admit(Topic topic, SignedRecord signed) {
    switch (read(topic, signed)) {
      case Reading.Refused refused -> out.refuse(signed, refused.reason(), refused.detail());
      case Reading.Valid valid -> {
        switch (valid.event()) {
          case Request request -> admission.request(signed, request);
          case Tokens tokens -> admission.segments().tokens(signed, tokens);
          default -> throw new IllegalStateException("catalogue and app disagree on " + topic);
        }
      }
    }
  }

  private void fast(SignedRecord signed, SpecificRecord event) {
    switch (event) {
      case Commitment commitment -> admission.segments().commitment(signed, commitment);
      case EscrowDecided decided -> admission.escrow(decided);
      default -> {
        // Epochs, stakes and registry entries are deciding's alone.
      }
    }
  }

  /** Applies the spine as far as the sealed records of this shard have arrived. */
  private void decide() {
    Optional<SignedRecord> next = log.nextSpine(progress.nextSpine());
    while (next.isPresent() && log.holds(shard.needs(next.get()))) {
      shard.apply(next.get(), log).forEach(this::handle);
      progress.spineApplied(next.get().offset());
      admission.start();
      next = log.nextSpine(progress.nextSpine());
      backlog.seen(shardNumber, figures(), waitTicks());
    }
  }

  private int waitTicks() {
    return shard.registry().parameters().map(ParametersSet::getWaitTicks).orElse(0);
  }

  private Map<Hash, Backlog.Figures> figures() {
    Map<Hash, Backlog.Figures> figures = new HashMap<>();
    shard
        .view()
        .open()
        .forEach((model, open) -> add(figures, model, new Backlog.Figures(0, 0, open, 0)));
    shard
        .view()
        .owing()
        .forEach((model, owing) -> add(figures, model, new Backlog.Figures(0, 0, 0, owing)));
    admission
        .waiting()
        .forEach((id, model) -> {
          if (shard.view().isPatient(id)) {
            add(figures, model, new Backlog.Figures(1, shard.view().waited(id), 1, 0));
          }
        });
    return figures;
  }

  private static void add(Map<Hash, Backlog.Figures> figures, Hash model, Backlog.Figures more) {
    figures.merge(model, more, Backlog.Figures::plus);
  }

  @Override
  public void close() {
    backlog.left(shardNumber);
  }

  private void handle(Effect effect) {
    switch (effect) {
      case Effect.Publish publish -> publish(publish);
      case Effect.Assign assign -> admission.segments().assign(assign);
      case Effect.Issued issued ->
          out.send(
              catalogue.accepted(),
              shardNumber,
              RecordKeys.shard(shardNumber),
              new TasksIssued(shardNumber, issued.epoch()));
      case Effect.Applied applied -> journal(applied);
    }
  }

  private void publish(Effect.Publish publish) {
    byte[] key = RecordKeys.text(publish.key());
    switch (publish.stream()) {
      case CHALLENGES -> out.send(catalogue.challenges(), key, publish.event());
      case VERDICTS -> out.send(catalogue.verdicts(), key, publish.event());
      case LEDGER_COMMANDS -> out.send(catalogue.ledgerCommands(), key, publish.event());
      // It is about no request, whose id would lead to the shard.
      case FLAGS -> out.send(catalogue.flags(), shardNumber, key, publish.event());
    }
    if (publish.event() instanceof Verdict verdict) {
      admission.verdict(verdict);
    }
  }

  private void journal(Effect.Applied applied) {
    JournalChain chain = progress.journal();
    String reason = applied.refusal() == null ? "" : applied.refusal().name();
    JournalEntry entry = chain.entry(applied.epoch(), applied.record(), reason);
    byte[] value = out.send(catalogue.journal(), shardNumber, RecordKeys.shard(shardNumber), entry);
    progress.journal(chain.after(value));
    if (applied.refusal() != null) {
      out.refuse(
          applied.record(), DeadLetterReason.named(applied.refusal()), "epoch " + applied.epoch());
    }
  }
}
