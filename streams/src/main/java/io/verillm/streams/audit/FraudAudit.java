package io.verillm.streams.audit;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.EpochClosed;
import io.verillm.events.Seal;
import io.verillm.events.SealRefused;
import io.verillm.events.SealedRange;
import io.verillm.events.TaskExposed;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.fraud.Fraud;
import io.verillm.protocol.fraud.FraudProof;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.EpochVerifier;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealState;
import io.verillm.topics.Catalogue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what the coordinator can be convicted of, and keeps only proofs that hold by
 * themselves.
 */
final class FraudAudit {
  private final Catalogue catalogue;
  private final PublicRecords records;
  private final SignatureAudit signatures;
  private final SignedRecord registration;
  private final VerifyKey coordinator;
  private final Findings findings;
  private final SortedMap<Long, SignedRecord> seals = new TreeMap<>();
  private final Map<Hash, SignedRecord> sealsByHash = new HashMap<>();
  private final Map<Long, SignedRecord> closed = new HashMap<>();

  FraudAudit(
      Catalogue catalogue,
      PublicRecords records,
      SignatureAudit signatures,
      SignedRecord registration,
      VerifyKey coordinator,
      Findings findings) {
    this.catalogue = catalogue;
    this.records = records;
    this.signatures = signatures;
    this.registration = registration;
    this.coordinator = coordinator;
    this.findings = findings;
  }

  void run() {
    records.valid(catalogue.seals(), 0, signatures).forEach(this::seal);
    for (int shard = 0; shard < catalogue.shards(); shard++) {
      records.valid(catalogue.shardInputs(), shard, signatures).forEach(this::spine);
    }
    falseSeals();
    clocks();
    for (int shard = 0; shard < catalogue.shards(); shard++) {
      draws(records.valid(catalogue.challenges(), shard, signatures));
      requests(shard);
    }
  }

  private void seal(SignedRecord record) {
    SealCheck.decode(record.value())
        .sound()
        .ifPresent(seal -> {
          sealsByHash.putIfAbsent(Beacon.sealHash(record.value()), record);
          SignedRecord first = seals.putIfAbsent(seal.getEpoch(), record);
          if (first != null) {
            prove(Fraud.FORK, List.of(first, record));
          }
        });
  }

  /** A closed epoch holds a seal as well, with its signature. */
  private void spine(SignedRecord record) {
    if (PublicRecords.event(record).orElse(null) instanceof EpochClosed event) {
      closed.putIfAbsent(event.getEpoch(), record);
      SignedRecord first = seals.get(event.getEpoch());
      SignedRecord copy =
          new SignedRecord(
              catalogue.seals().name(),
              0,
              -1,
              EpochVerifier.epochKey(event.getEpoch()),
              Wire.bytes(event.getSeal()),
              Signers.SEALER,
              Wire.bytes(event.getSealSignature()));
      // Every shard has its copy of the same closed epoch; one is enough.
      if (first != null && closed.get(event.getEpoch()).equals(record)) {
        prove(Fraud.FORK, List.of(first, copy));
      }
    }
  }

  private void falseSeals() {
    @Nullable SignedRecord before = null;
    for (SignedRecord record : seals.values()) {
      Seal seal = SealCheck.decode(record.value()).sound().orElseThrow();
      List<SignedRecord> pair = before == null ? List.of(record) : List.of(before, record);
      start(before, seal)
          .filter(
              state -> SealCheck.check(state, record.value(), leaves(seal)).refusal().isPresent())
          .ifPresent(state -> {
            List<SignedRecord> all = new ArrayList<>(pair);
            seal.getRanges().forEach(range -> all.addAll(records(range)));
            prove(Fraud.FALSE_SEAL, all);
          });
      before = record;
    }
  }

  private static Optional<SealState> start(@Nullable SignedRecord before, Seal seal) {
    if (before == null) {
      return Optional.of(
          SealState.start(seal.getRanges().stream().map(FraudAudit::partition).toList()));
    }
    return SealCheck.decode(before.value())
        .sound()
        .flatMap(last -> SealState.behind(last, Beacon.sealHash(before.value())));
  }

  private static LogPartition partition(SealedRange range) {
    return new LogPartition(range.getTopic(), range.getPartition());
  }

  private EpochRecords leaves(Seal seal) {
    Map<LogPartition, List<LogLeaf>> leaves = new HashMap<>();
    for (SealedRange range : seal.getRanges()) {
      long end = Math.max(range.getStart(), range.getEnd());
      leaves.put(
          partition(range),
          List.copyOf(
              signatures
                  .leaves(partition(range))
                  .subMap(range.getStart(), true, end, false)
                  .values()));
    }
    return EpochRecords.of(leaves);
  }

  private List<SignedRecord> records(SealedRange range) {
    return catalogue
        .byName(range.getTopic())
        .map(topic ->
            records.of(topic, range.getPartition()).stream()
                .filter(r -> r.offset() >= range.getStart() && r.offset() < range.getEnd())
                .toList())
        .orElse(List.of());
  }

  private void clocks() {
    Map<Hash, List<SignedRecord>> refusals = new HashMap<>();
    for (int shard = 0; shard < catalogue.shards(); shard++) {
      for (SignedRecord record : records.valid(catalogue.cosignatures(), shard, signatures)) {
        if (PublicRecords.event(record).orElse(null) instanceof SealRefused refused
            && refused.getSealHash().remaining() == Hash.LENGTH) {
          refusals
              .computeIfAbsent(Wire.hash(refused.getSealHash()), hash -> new ArrayList<>())
              .add(record);
          findings.count("seals that a witness refused", 1);
        }
      }
    }
    refusals.forEach((hash, said) -> {
      SignedRecord seal = sealsByHash.get(hash);
      if (seal != null) {
        List<SignedRecord> all = new ArrayList<>(List.of(seal));
        all.addAll(said);
        prove(Fraud.WRONG_CLOCK, all);
      }
    });
  }

  private void draws(List<SignedRecord> challenges) {
    Map<List<Object>, SignedRecord> first = new HashMap<>();
    for (SignedRecord record : challenges) {
      if (!(PublicRecords.event(record).orElse(null) instanceof Challenge challenge)) {
        continue;
      }
      List<Object> part =
          List.of(
              challenge.getRequestId(),
              challenge.getSegment(),
              challenge.getRound(),
              challenge.getPart());
      SignedRecord before = first.putIfAbsent(part, record);
      if (before != null) {
        prove(Fraud.SECOND_DRAW, List.of(before, record));
      }
      for (long epoch : new long[] {challenge.getCommitteeEpoch(), challenge.getEpoch()}) {
        SignedRecord of = closed.get(epoch);
        if (of != null) {
          prove(Fraud.FALSE_DRAW, List.of(record, of));
        }
      }
    }
  }

  private void requests(int shard) {
    Map<String, SignedRecord> accepted = new HashMap<>();
    // By the task's id and the request: another request's challenge proves nothing of a task.
    Map<List<Object>, SignedRecord> challenges = new HashMap<>();
    for (SignedRecord record : records.valid(catalogue.accepted(), shard, signatures)) {
      if (PublicRecords.event(record).orElse(null) instanceof Accepted event) {
        accepted.putIfAbsent(event.getRequestId(), record);
      }
    }
    for (SignedRecord record : records.valid(catalogue.challenges(), shard, signatures)) {
      if (PublicRecords.event(record).orElse(null) instanceof Challenge challenge
          && accepted.containsKey(challenge.getRequestId())) {
        prove(Fraud.FALSE_INPUT, List.of(accepted.get(challenge.getRequestId()), record));
        challenge
            .getRoster()
            .forEach(e -> challenges.put(List.of(challenge.getRequestId(), e.getTaskId()), record));
      }
    }
    for (SignedRecord record : records.valid(catalogue.disputes(), shard, signatures)) {
      if (record.signer().startsWith(Signers.worker(""))
          && PublicRecords.event(record).orElse(null) instanceof TaskExposed shown
          && accepted.containsKey(shown.getRequestId())
          && challenges.containsKey(List.of(shown.getRequestId(), shown.getTaskId()))) {
        prove(
            Fraud.FALSE_TASK,
            List.of(
                task(record, shown),
                accepted.get(shown.getRequestId()),
                challenges.get(List.of(shown.getRequestId(), shown.getTaskId()))));
      }
    }
  }

  /** The task's record as its worker got it. */
  private SignedRecord task(SignedRecord record, TaskExposed shown) {
    String worker = record.signer().substring(Signers.worker("").length());
    return new SignedRecord(
        catalogue.tasks(worker).name(),
        0,
        -1,
        Wire.bytes(shown.getKey()),
        Wire.bytes(shown.getValue()),
        Signers.COORDINATOR,
        Wire.bytes(shown.getSignature()));
  }

  private void prove(Fraud fraud, List<SignedRecord> all) {
    FraudProof proof = new FraudProof(fraud, registration, all);
    proof.verify(coordinator).ifPresent(sentence -> findings.prove(new Proved(sentence, proof)));
  }
}
