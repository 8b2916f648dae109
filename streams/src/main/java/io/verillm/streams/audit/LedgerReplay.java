package io.verillm.streams.audit;

import io.verillm.events.Balance;
import io.verillm.events.BondDecided;
import io.verillm.events.EscrowDecided;
import io.verillm.events.Posting;
import io.verillm.events.Score;
import io.verillm.events.StakeChanged;
import io.verillm.events.Transfer;
import io.verillm.protocol.event.Difference;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.money.GroupedLedgerState;
import io.verillm.protocol.money.Ledger;
import io.verillm.protocol.money.LedgerEffects;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.Catalogue;
import io.verillm.topics.RecordKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** Applies the ledger's commands again and compares everything that follows with the log. */
final class LedgerReplay {
  private final Catalogue catalogue;
  private final PublicRecords records;
  private final SignatureAudit signatures;
  private final Findings findings;
  private final Ledger ledger;
  private final List<Derived> transfers = new ArrayList<>();
  private final List<Derived> scores = new ArrayList<>();
  private final Map<Integer, List<Derived>> answers = new HashMap<>();

  /** An event that the ledger gives, with its key bytes. */
  private record Derived(byte[] key, SpecificRecord event) {}

  LedgerReplay(
      Catalogue catalogue, PublicRecords records, SignatureAudit signatures, Findings findings) {
    this.catalogue = catalogue;
    this.records = records;
    this.signatures = signatures;
    this.findings = findings;
    this.ledger = new Ledger(new GroupedLedgerState(), catalogue.shards());
  }

  void run(List<SignedRecord> commands) {
    List<SignedRecord> transfersOnLog = records.valid(catalogue.transfers(), 0, signatures);
    long applied = transfersOnLog.stream().mapToLong(LedgerReplay::commandOffset).max().orElse(-1);
    for (SignedRecord command : commands) {
      if (command.offset() > applied) {
        findings.count("commands that the ledger had not applied yet", 1);
      } else {
        PublicRecords.event(command).ifPresent(e -> derive(ledger.apply(command.offset(), e)));
      }
    }
    transfersOnLog.forEach(this::sumsToZero);
    compare(transfers, transfersOnLog, new LogPartition(catalogue.transfers().name(), 0));
    findings.count("transfers recomputed", transfers.size());
    compare(
        scores,
        records.valid(catalogue.scores(), 0, signatures),
        new LogPartition(catalogue.scores().name(), 0));
    findings.count("scores recomputed", scores.size());
    for (int shard = 0; shard < catalogue.shards(); shard++) {
      compare(
          answers.getOrDefault(shard, List.of()),
          answersOnLog(shard),
          new LogPartition(catalogue.shardInputs().name(), shard));
    }
    balances();
    findings.balances(ledger.balances());
  }

  private static long commandOffset(SignedRecord record) {
    return PublicRecords.event(record).orElse(null) instanceof Transfer transfer
        ? transfer.getCommandOffset()
        : -1;
  }

  private void derive(LedgerEffects effects) {
    effects
        .transfers()
        .forEach(t -> transfers.add(new Derived(RecordKeys.text(t.getTransferId()), t)));
    effects.scores().forEach(s -> scores.add(new Derived(RecordKeys.text(s.getWorker()), s)));
    effects.escrows().forEach(answer -> answer(answer.shard(), answer.decision()));
    for (StakeChanged stake : effects.stakes()) {
      for (int shard = 0; shard < catalogue.shards(); shard++) {
        answer(shard, stake);
      }
    }
  }

  private void answer(int shard, SpecificRecord event) {
    answers
        .computeIfAbsent(shard, s -> new ArrayList<>())
        .add(new Derived(RecordKeys.shard(shard), event));
  }

  private List<SignedRecord> answersOnLog(int shard) {
    return records.valid(catalogue.shardInputs(), shard, signatures).stream()
        .filter(record -> PublicRecords.event(record).filter(LedgerReplay::isAnswer).isPresent())
        .toList();
  }

  private static boolean isAnswer(SpecificRecord event) {
    return event instanceof EscrowDecided
        || event instanceof BondDecided
        || event instanceof StakeChanged;
  }

  private void compare(List<Derived> derived, List<SignedRecord> onLog, LogPartition where) {
    Alignment<SignedRecord, Derived> alignment =
        Alignment.of(
            onLog,
            record -> PublicRecords.event(record).map(LedgerReplay::identity).orElse(""),
            derived,
            one -> identity(one.event()));
    alignment
        .onlyFirst()
        .forEach(record -> {
          findings.checked(AuditRule.LEDGER);
          findings.add(
              Finding.at(record, AuditRule.LEDGER, "no command of the ledger leads to it"));
        });
    alignment.onlySecond().forEach(one -> missing(one, where));
    alignment.pairs().forEach(pair -> compare(pair.first(), pair.second()));
  }

  private void compare(SignedRecord record, Derived derived) {
    findings.checked(AuditRule.LEDGER);
    if (!EventCodec.isOf(record.value(), derived.event())
        || !Arrays.equals(record.key(), derived.key())) {
      findings.add(Finding.at(record, AuditRule.LEDGER, Difference.of(record, derived.event())));
    }
  }

  /** What an event of the ledger is about, so that one that is gone does not accuse the next. */
  private static String identity(SpecificRecord event) {
    return switch (event) {
      case Transfer t -> "transfer " + t.getTransferId();
      case Score s -> "score %d of %s".formatted(s.getScoringEpoch(), s.getWorker());
      case EscrowDecided e -> "escrow of " + e.getRequestId();
      case BondDecided b -> "bond of %s/%d".formatted(b.getRequestId(), b.getSegment());
      case StakeChanged s -> "stake of %s at %d".formatted(s.getWorker(), s.getOffset());
      default -> event.getSchema().getName();
    };
  }

  private void missing(Derived derived, LogPartition where) {
    findings.checked(AuditRule.LEDGER);
    findings.add(
        Finding.at(
            where,
            -1,
            AuditRule.LEDGER,
            identity(derived.event()) + " follows from the commands and is missing"));
  }

  private void sumsToZero(SignedRecord record) {
    findings.checked(AuditRule.SUM);
    if (PublicRecords.event(record).orElse(null) instanceof Transfer transfer) {
      long sum = transfer.getPostings().stream().mapToLong(Posting::getAmount).sum();
      if (sum != 0) {
        findings.add(Finding.at(record, AuditRule.SUM, "its postings sum to " + sum));
      }
    }
  }

  /** Balances may be compacted: only the last one of an account is compared. */
  private void balances() {
    Map<String, SignedRecord> last = new HashMap<>();
    for (SignedRecord record : records.valid(catalogue.balances(), 0, signatures)) {
      if (PublicRecords.event(record).orElse(null) instanceof Balance balance) {
        last.put(balance.getAccount(), record);
      }
    }
    long sum = 0;
    for (Map.Entry<String, SignedRecord> entry : last.entrySet()) {
      Balance balance = (Balance) PublicRecords.event(entry.getValue()).orElseThrow();
      long derived = ledger.balance(entry.getKey());
      findings.checked(AuditRule.LEDGER);
      if (balance.getBalance() != derived) {
        findings.add(
            Finding.at(
                entry.getValue(),
                AuditRule.LEDGER,
                "%s has %d where the transfers give %d"
                    .formatted(entry.getKey(), balance.getBalance(), derived)));
      }
      sum += balance.getBalance();
    }
    ledger.balances().keySet().stream()
        .filter(account -> !last.containsKey(account))
        .forEach(account ->
            findings.add(
                Finding.at(
                    new LogPartition(catalogue.balances().name(), 0),
                    -1,
                    AuditRule.LEDGER,
                    "the balance of " + account + " is missing")));
    findings.checked(AuditRule.SUM);
    if (sum != 0) {
      findings.add(
          Finding.at(
              new LogPartition(catalogue.balances().name(), 0),
              -1,
              AuditRule.SUM,
              "all balances sum to " + sum));
    }
  }
}
