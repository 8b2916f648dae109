package io.verillm.protocol.sim;

import io.verillm.events.CloseScoringEpoch;
import io.verillm.events.DutyBegun;
import io.verillm.events.JournalEntry;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.RequestSize;
import io.verillm.events.TasksIssued;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.DutyEpoch;
import io.verillm.protocol.money.EscrowAnswer;
import io.verillm.protocol.money.GroupedLedgerState;
import io.verillm.protocol.money.Ledger;
import io.verillm.protocol.money.LedgerEffects;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.Secrets;
import io.verillm.protocol.shard.Shard;
import java.util.List;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The one place where the simulation touches the deciding code: it drives a {@link Shard} and a
 * {@link Ledger} over a {@link SimLog}, as coordinator and ledger apps do over Kafka.
 */
final class CoreDriver {
  private static final byte[] NOTHING = new byte[Hash.LENGTH];

  /** Sees everything that deciding code does, in its order. */
  interface Observer {
    /**
     * One effect of the shard.
     *
     * @param event the event applied or published; null for an assignment
     */
    void on(Effect effect, @Nullable SpecificRecord event);

    /** One command that the ledger applied. */
    void on(SpecificRecord command, LedgerEffects effects);
  }

  private final SimLog log;
  private final Shard shard;
  private final Ledger ledger = new Ledger(new GroupedLedgerState(), 1);
  private final int committee;
  private final Observer observer;
  private long spineApplied;
  private long journalled;
  private long commands;
  private long scoringEpochs;
  private long tick = 1_000;
  private @Nullable DutyEpoch duty;

  /**
   * A driver.
   *
   * @param committee what requests before the run asked for, which flags follow
   */
  CoreDriver(SimLog log, KeyRing keys, Secrets secrets, int committee, Observer observer) {
    this.committee = committee;
    this.log = log;
    this.shard = new Shard(SimLog.TOPICS, 0, secrets, keys.suite());
    this.observer = observer;
  }

  Shard shard() {
    return shard;
  }

  Ledger ledger() {
    return ledger;
  }

  long tick() {
    return tick;
  }

  /** The duty epoch that covers the run. */
  DutyEpoch duty() {
    return Objects.requireNonNull(duty, "no duties run");
  }

  /** A registry record and its copy on the spine. */
  void register(String signer, SpecificRecord event) {
    SignedRecord record =
        log.post(signer, SimLog.TOPICS.registry(), RegistrySubject.of(event), event);
    log.post(
        Signers.COORDINATOR,
        SimLog.TOPICS.spine(),
        SimLog.SHARD_KEY,
        new RegistryUpdate(
            record.offset(),
            Wire.buffer(record.key()),
            Wire.buffer(record.value()),
            record.signer(),
            Wire.buffer(record.signature())));
  }

  /** A record on one of the shard's own topics. */
  void post(String signer, String topic, SpecificRecord event) {
    log.post(signer, topic, SimLog.SHARD_KEY, event);
  }

  /** A record of a worker on one of the shard's own topics. */
  void send(String signer, String topic, SpecificRecord event) {
    log.send(signer, topic, event);
  }

  /** A command to the ledger; its answers go to the spine. */
  void command(SpecificRecord command) {
    LedgerEffects effects = applied(command);
    for (int time = 1; time < log.times(command); time++) {
      applied(command);
    }
    observer.on(command, effects);
  }

  private LedgerEffects applied(SpecificRecord command) {
    LedgerEffects effects = ledger.apply(commands++, command);
    for (EscrowAnswer answer : effects.escrows()) {
      spine(answer.decision());
    }
    effects.stakes().forEach(this::spine);
    return effects;
  }

  private void spine(SpecificRecord event) {
    log.post(Signers.LEDGER, SimLog.TOPICS.spine(), SimLog.SHARD_KEY, event);
  }

  /** Ends a scoring epoch: settlement (ii). */
  void closeScoring(boolean drain) {
    long number = scoringEpochs++;
    command(new CloseScoringEpoch("close/" + number, number, drain, 0L));
  }

  /** Lets time pass, closes one epoch and applies it. */
  void close(int ticks) {
    tick += ticks;
    // One entry stands for all of an epoch: deciding only looks whether the coordinator speaks.
    post(Signers.COORDINATOR, SimLog.TOPICS.journal(), journalEntry());
    log.close(250 * tick);
    apply();
    log.forget(spineApplied);
  }

  private JournalEntry journalEntry() {
    return new JournalEntry(
        0,
        journalled++,
        shard.nextEpoch(),
        SimLog.TOPICS.spine(),
        0,
        spineApplied - 1,
        Wire.buffer(NOTHING),
        true,
        "",
        Wire.buffer(NOTHING));
  }

  /** Applies what is new on the spine; what effects put there meanwhile waits for the next time. */
  void apply() {
    long end = log.spineEnd();
    while (spineApplied < end) {
      SimLog.Posted next = log.at(SimLog.TOPICS.spine(), spineApplied++);
      for (Effect effect : shard.apply(next.record(), log)) {
        handle(effect);
      }
    }
  }

  private List<RequestSize> askedBefore() {
    return List.of(new RequestSize(Wire.buffer(SimulatedModel.ID), committee, 0, 8, 1));
  }

  private void handle(Effect effect) {
    switch (effect) {
      case Effect.Assign assign -> observer.on(effect, null);
      case Effect.Issued issued ->
          post(Signers.COORDINATOR, SimLog.TOPICS.accepted(), new TasksIssued(0, issued.epoch()));
      case Effect.Applied applied ->
          observer.on(effect, log.at(applied.record().topic(), applied.record().offset()).event());
      case Effect.Publish publish -> {
        observer.on(effect, publish.event());
        if (publish.event() instanceof DutyBegun begun) {
          DutyBegun announced = DutyBegun.newBuilder(begun).setAsked(askedBefore()).build();
          duty = DutyEpoch.of(announced);
          post(Signers.COORDINATOR, SimLog.TOPICS.flags(), announced);
        }
        if (publish.stream() == Effect.Stream.LEDGER_COMMANDS) {
          command(publish.event());
        }
      }
    }
  }
}
