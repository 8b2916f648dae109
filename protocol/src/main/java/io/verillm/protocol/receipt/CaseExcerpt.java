package io.verillm.protocol.receipt;

import io.verillm.events.Challenge;
import io.verillm.events.ClaimIgnored;
import io.verillm.events.Commitment;
import io.verillm.events.DutyBegun;
import io.verillm.events.FlagOpening;
import io.verillm.events.LockStake;
import io.verillm.events.OutputReady;
import io.verillm.events.ReserveBond;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.SettleBond;
import io.verillm.events.SettleCase;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** What of the log speaks of a request: the records of its cases and of its money. */
final class CaseExcerpt {
  private final ReceiptTopics topics;
  private final SealedLog log;
  private final PrivateRecords parts;
  private final RegistrySnapshot registry;
  private final List<SignedRecord> records = new ArrayList<>();
  private final List<Verdict> verdicts = new ArrayList<>();

  private CaseExcerpt(
      ReceiptTopics topics, SealedLog log, PrivateRecords parts, RegistrySnapshot registry) {
    this.topics = topics;
    this.log = log;
    this.parts = parts;
    this.registry = registry;
  }

  /**
   * Reads the log.
   *
   * @throws NoReceipt where the request has no last verdict, or is not settled
   */
  static CaseExcerpt of(
      ReceiptTopics topics, SealedLog log, PrivateRecords parts, RegistrySnapshot registry)
      throws NoReceipt {
    CaseExcerpt excerpt = new CaseExcerpt(topics, log, parts, registry);
    excerpt.decisions();
    Set<ByteBuffer> tasks = excerpt.tasks();
    excerpt.caseRecords(tasks);
    excerpt.duties();
    excerpt.money(tasks);
    return excerpt;
  }

  /** All of them, topic by topic. */
  List<SignedRecord> records() {
    return Collections.unmodifiableList(records);
  }

  /** The verdicts among them. */
  List<Verdict> verdicts() {
    return Collections.unmodifiableList(verdicts);
  }

  private void decisions() throws NoReceipt {
    for (String topic : List.of(topics.challenges(), topics.verdicts())) {
      Set<ByteBuffer> seen = new HashSet<>();
      for (SignedRecord record : signed(topic, Signers.COORDINATOR)) {
        if (isOfRequest(record) && seen.add(ByteBuffer.wrap(record.value()))) {
          records.add(record);
          if (event(record) instanceof Verdict verdict) {
            verdicts.add(verdict);
          }
        }
      }
    }
    if (verdicts.stream().noneMatch(Verdict::getLast)) {
      throw new NoReceipt(parts.requestId() + " has no last verdict yet");
    }
  }

  private Set<ByteBuffer> tasks() {
    Set<ByteBuffer> tasks = new HashSet<>();
    verdicts.forEach(v -> v.getMembers().forEach(m -> tasks.add(m.getTaskId())));
    for (SignedRecord record : records) {
      if (event(record) instanceof Challenge challenge) {
        challenge.getRoster().forEach(entry -> tasks.add(entry.getTaskId()));
      }
    }
    return tasks;
  }

  private void caseRecords(Set<ByteBuffer> tasks) {
    for (String topic : topics.shard().sealed()) {
      for (SignedRecord record : log.records(topic, parts.shard())) {
        boolean ofCase =
            switch (event(record)) {
              case Commitment commitment -> tasks.contains(commitment.getTaskId());
              case OutputReady ready -> tasks.contains(ready.getTaskId());
              // It meets somebody's duty and changes nothing here.
              case ClaimIgnored shown -> false;
              case null, default -> isOfRequest(record);
            };
        if (ofCase) {
          records.add(record);
        }
      }
    }
  }

  /** What a flag of this request was owed in may have begun long before it. */
  private void duties() {
    Set<Long> owed =
        records.stream()
            .map(CaseExcerpt::event)
            .filter(FlagOpening.class::isInstance)
            .map(opening -> ((FlagOpening) opening).getDutyEpoch())
            .collect(Collectors.toSet());
    for (SignedRecord record : signed(topics.shard().flags(), Signers.COORDINATOR)) {
      if (event(record) instanceof DutyBegun begun && owed.remove(begun.getDutyEpoch())) {
        records.add(record);
      }
    }
  }

  private void money(Set<ByteBuffer> tasks) throws NoReceipt {
    Map<Long, String> commands = new TreeMap<>();
    Set<String> ids = new HashSet<>();
    for (SignedRecord record : signed(topics.ledgerCommands(), Signers.COORDINATOR)) {
      Optional<String> id =
          isOfRequest(record) || isLockOf(tasks, event(record))
              ? commandId(event(record))
              : Optional.empty();
      if (id.isPresent() && ids.add(id.get())) {
        commands.put(record.offset(), id.get());
        records.add(record);
      }
    }
    Set<String> done = new HashSet<>();
    Set<String> transfers = new HashSet<>();
    for (SignedRecord record : signed(topics.transfers(), Signers.LEDGER)) {
      if (event(record) instanceof Transfer transfer
          && commands.containsKey(transfer.getCommandOffset())
          && transfers.add(transfer.getTransferId())) {
        records.add(record);
        done.add(commands.get(transfer.getCommandOffset()));
      }
    }
    for (Verdict verdict : verdicts) {
      String settlement = "settle/%s/%d".formatted(parts.requestId(), verdict.getSegment());
      if (verdict.getLast() && !done.contains(settlement)) {
        throw new NoReceipt(parts.requestId() + " is not settled yet");
      }
    }
  }

  /** Whether an event locks stake for one of the tasks, whose request it does not name. */
  private static boolean isLockOf(Set<ByteBuffer> tasks, @Nullable SpecificRecord event) {
    return event instanceof LockStake lock
        && lock.getRequestId().isEmpty()
        && lock.getLocks().stream().anyMatch(l -> tasks.contains(l.getTaskId()));
  }

  private static Optional<String> commandId(SpecificRecord event) {
    return Optional.ofNullable(
        switch (event) {
          case ReserveEscrow c -> c.getCommandId();
          case LockStake c -> c.getCommandId();
          case SettleCase c -> c.getCommandId();
          case ReserveBond c -> c.getCommandId();
          case SettleBond c -> c.getCommandId();
          default -> null;
        });
  }

  private List<SignedRecord> signed(String topic, String signer) {
    int partition = topics.isSharded(topic) ? parts.shard() : 0;
    return log.records(topic, partition).stream()
        .filter(r -> SpineExcerpt.isSigned(r, signer, registry))
        .toList();
  }

  private static @Nullable SpecificRecord event(SignedRecord record) {
    return SpineExcerpt.event(record).orElse(null);
  }

  private boolean isOfRequest(SignedRecord record) {
    return isOfRequest(record, parts.requestId());
  }

  /** Whether a record names the request. */
  static boolean isOfRequest(SignedRecord record, String requestId) {
    SpecificRecord event = event(record);
    Schema.Field id = event == null ? null : event.getSchema().getField("requestId");
    return id != null && requestId.equals(event.get(id.pos()));
  }
}
