package io.verillm.protocol.fraud;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.CosignatureCopy;
import io.verillm.events.EpochClosed;
import io.verillm.events.Seal;
import io.verillm.events.SealRefused;
import io.verillm.events.Task;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.KeySuite;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.EventVerifier;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.Checked;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.LogFault;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SealChain;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealState;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.vote.ChallengeDraw;
import io.verillm.protocol.vote.InputSeal;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;

/** Checks proofs against what one coordinator signed. */
final class FraudCheck {
  private final RegisteredCoordinator coordinator;

  private FraudCheck(RegisteredCoordinator coordinator) {
    this.coordinator = coordinator;
  }

  /** Empty if the registration is not one of this key. */
  static Optional<FraudCheck> of(SignedRecord registration, VerifyKey key, KeySuite suite) {
    return RegistrySnapshot.empty()
        .apply(registration, suite)
        .snapshot()
        .coordinator()
        .filter(found -> found.key().equals(key))
        .map(FraudCheck::new);
  }

  Optional<String> verdict(FraudProof proof) {
    List<SignedRecord> records = proof.records();
    try {
      return switch (proof.fraud()) {
        case FORK -> records.size() == 2 ? fork(records.get(0), records.get(1)) : Optional.empty();
        case FALSE_SEAL -> falseSeal(records);
        case FALSE_DRAW ->
            records.size() == 2 ? falseDraw(records.get(0), records.get(1)) : Optional.empty();
        case SECOND_DRAW ->
            records.size() == 2 ? secondDraw(records.get(0), records.get(1)) : Optional.empty();
        case WRONG_CLOCK -> records.isEmpty() ? Optional.empty() : wrongClock(records);
        case FALSE_INPUT ->
            records.size() == 2 ? falseInput(records.get(0), records.get(1)) : Optional.empty();
        case FALSE_TASK -> records.size() == 3 ? falseTask(records) : Optional.empty();
      };
    } catch (IllegalArgumentException e) {
      // A field that is no hash or no id: nothing is proved from it.
      return Optional.empty();
    }
  }

  private Optional<String> fork(SignedRecord first, SignedRecord second) {
    return signed(first, Seal.class)
        .filter(seal -> !Arrays.equals(first.value(), second.value()))
        .filter(seal ->
            signed(second, Seal.class)
                .filter(other -> other.getEpoch() == seal.getEpoch())
                .isPresent())
        .map(seal ->
            "two seals of epoch %d: %s and %s"
                .formatted(
                    seal.getEpoch(),
                    Beacon.sealHash(first.value()),
                    Beacon.sealHash(second.value())));
  }

  private Optional<String> falseSeal(List<SignedRecord> records) {
    List<SignedRecord> seals =
        records.stream().limit(2).filter(r -> signed(r, Seal.class).isPresent()).toList();
    if (seals.isEmpty()) {
      return Optional.empty();
    }
    SignedRecord last = seals.getLast();
    Seal seal = signed(last, Seal.class).orElseThrow();
    if (seals.size() == 1) {
      return seal.getEpoch() == 0
          ? falseSeal(SealState.start(partitions(seal)), last, seal, records)
          : Optional.empty();
    }
    SignedRecord first = seals.getFirst();
    Seal before = signed(first, Seal.class).orElseThrow();
    return SealState.behind(before, Beacon.sealHash(first.value()))
        .filter(state -> before.getEpoch() + 1 == seal.getEpoch())
        .flatMap(state -> falseSeal(state, last, seal, records));
  }

  private static List<LogPartition> partitions(Seal seal) {
    return seal.getRanges().stream()
        .map(r -> new LogPartition(r.getTopic(), r.getPartition()))
        .toList();
  }

  private static Optional<String> falseSeal(
      SealState before, SignedRecord record, Seal seal, List<SignedRecord> records) {
    Checked<SealChain> chained = before.chain().follow(seal, Beacon.sealHash(record.value()));
    if (chained instanceof Checked.Refused<SealChain> refused) {
      return Optional.of(
          "seal %d does not continue the one before it: %s, %s"
              .formatted(seal.getEpoch(), refused.fault(), refused.detail()));
    }
    Map<LogPartition, List<LogLeaf>> leaves = new TreeMap<>();
    records.stream()
        .skip(records.indexOf(record) + 1L)
        .forEach(r ->
            leaves
                .computeIfAbsent(new LogPartition(r.topic(), r.partition()), p -> new ArrayList<>())
                .add(LogLeaf.of(r)));
    return SealCheck.check(before, record.value(), EpochRecords.of(leaves))
            instanceof Checked.Refused<SealState> refused
        ? Optional.of(
            "seal %d is not over these %d records, if they are the log's: %s, %s"
                .formatted(
                    seal.getEpoch(),
                    leaves.values().stream().mapToInt(List::size).sum(),
                    refused.fault(),
                    refused.detail()))
        : Optional.empty();
  }

  private Optional<String> falseDraw(SignedRecord challengeRecord, SignedRecord closedRecord) {
    Optional<Challenge> found = signed(challengeRecord, Challenge.class);
    Optional<EpochClosed> closed = signed(closedRecord, EpochClosed.class);
    Optional<Hash> randomness = closed.flatMap(this::randomness);
    if (found.isEmpty() || randomness.isEmpty()) {
      return Optional.empty();
    }
    Challenge challenge = found.get();
    long epoch = closed.get().getEpoch();
    ChallengeDraw draw = new ChallengeDraw(challenge, coordinator.vrfKey());
    boolean noCommittee =
        epoch == challenge.getCommitteeEpoch() && !draw.provesCommittee(randomness.get());
    boolean noPositions =
        epoch == challenge.getEpoch() && draw.positions(randomness.get()).isEmpty();
    return noCommittee || noPositions
        ? Optional.of(
            "the proof of the %s of request %s, round %d, proves nothing for epoch %d"
                .formatted(
                    noCommittee ? "committee" : "positions",
                    challenge.getRequestId(),
                    challenge.getRound(),
                    epoch))
        : Optional.empty();
  }

  /** The randomness that the coordinator itself published, if its witnesses made it. */
  private Optional<Hash> randomness(EpochClosed closed) {
    Hash sealHash = Beacon.sealHash(Wire.bytes(closed.getSeal()));
    List<Hash> outputs = new ArrayList<>();
    for (CosignatureCopy cosignature : closed.getCosignatures()) {
      Optional<Hash> output =
          witness(cosignature.getWitness())
              .flatMap(
                  w -> Beacon.output(w.vrfKey(), sealHash, Wire.bytes(cosignature.getProof())));
      if (output.isEmpty()) {
        return Optional.empty();
      }
      outputs.add(output.get());
    }
    return Optional.of(Beacon.randomness(sealHash, outputs));
  }

  private Optional<String> secondDraw(SignedRecord first, SignedRecord second) {
    return signed(first, Challenge.class)
        .filter(one -> !Arrays.equals(first.value(), second.value()))
        .filter(one ->
            signed(second, Challenge.class)
                .filter(other ->
                    other.getRequestId().equals(one.getRequestId())
                        && other.getSegment() == one.getSegment()
                        && other.getRound() == one.getRound()
                        && other.getPart() == one.getPart())
                .isPresent())
        .map(one ->
            "two challenges of request %s, segment %d, round %d, part %d"
                .formatted(one.getRequestId(), one.getSegment(), one.getRound(), one.getPart()));
  }

  private Optional<String> falseInput(SignedRecord acceptedRecord, SignedRecord challengeRecord) {
    Optional<Accepted> accepted = signed(acceptedRecord, Accepted.class);
    return signed(challengeRecord, Challenge.class)
        .filter(challenge ->
            accepted
                .filter(of -> of.getRequestId().equals(challenge.getRequestId()))
                .filter(InputSeal::isSealed)
                .filter(of -> InputSeal.open(of, challenge.getInput()).isEmpty())
                .isPresent())
        .map(challenge ->
            "a challenge of request %s, segment %d, round %d, part %d does not open its input seal"
                .formatted(
                    challenge.getRequestId(),
                    challenge.getSegment(),
                    challenge.getRound(),
                    challenge.getPart()));
  }

  private Optional<String> falseTask(List<SignedRecord> records) {
    Optional<Accepted> accepted = signed(records.get(1), Accepted.class);
    Optional<Challenge> challenge = signed(records.get(2), Challenge.class);
    return signed(records.getFirst(), Task.class)
        .filter(task -> accepted.isPresent() && challenge.isPresent())
        .flatMap(task -> FalseTask.sentence(task, accepted.get(), challenge.get()));
  }

  private Optional<String> wrongClock(List<SignedRecord> records) {
    SignedRecord sealed = records.getFirst();
    Optional<Seal> seal = signed(sealed, Seal.class);
    Set<String> refusing = new TreeSet<>();
    records.stream()
        .skip(1)
        .forEach(record ->
            seal.flatMap(s -> refusal(s, Beacon.sealHash(sealed.value()), record))
                .ifPresent(refusing::add));
    return refusing.size() >= 2
        ? Optional.of(
            "seal %d has the time %d, more than %d ms ahead of the clocks of %s"
                .formatted(
                    seal.orElseThrow().getEpoch(),
                    seal.orElseThrow().getTimeMillis(),
                    SealCheck.CLOCK_MILLIS_MAX,
                    refusing))
        : Optional.empty();
  }

  /** Who refused the seal for its time, by a clock that bears that out. */
  private Optional<String> refusal(Seal seal, Hash sealHash, SignedRecord record) {
    return event(record, SealRefused.class)
        .filter(refused -> refused.getSealHash().equals(Wire.buffer(sealHash)))
        .filter(refused ->
            SealCheck.time(seal, refused.getTimeMillis())
                .filter(LogFault.TIME_AHEAD::equals)
                .isPresent())
        .flatMap(refused -> witness(refused.getWitness()))
        .filter(w -> record.signer().equals(Signers.witness(w.id())))
        .filter(w -> EventVerifier.fault(record, Optional.of(w.key())).isEmpty())
        .map(RegisteredWitness::id);
  }

  private Optional<RegisteredWitness> witness(String id) {
    return coordinator.witnesses().stream().filter(w -> w.id().equals(id)).findFirst();
  }

  /** An event that the coordinator's key signed, under whichever of its names. */
  private <T extends SpecificRecord> Optional<T> signed(SignedRecord record, Class<T> type) {
    return EventVerifier.fault(record, Optional.of(coordinator.key())).isEmpty()
        ? event(record, type)
        : Optional.empty();
  }

  private static <T extends SpecificRecord> Optional<T> event(SignedRecord record, Class<T> type) {
    try {
      return Optional.of(EventCodec.decode(record.value(), type));
    } catch (UndecodableEvent e) {
      return Optional.empty();
    }
  }
}
