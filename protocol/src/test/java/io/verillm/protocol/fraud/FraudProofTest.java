package io.verillm.protocol.fraud;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.CosignatureCopy;
import io.verillm.events.EpochClosed;
import io.verillm.events.RequestInput;
import io.verillm.events.Seal;
import io.verillm.events.SealRefused;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.draw.Draws;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.EpochVerifier;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealState;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.protocol.vote.InputSeal;
import io.verillm.schemas.EventCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FraudProofTest {
  private static final long NOW = 1_760_000_000_000L;
  private static final LogPartition VOTES = new LogPartition("votes", 0);
  private static final SigningKey KEY = key("coordinator");
  private static final VrfKey VRF = vrf("coordinator");
  private static final UUID REQUEST = new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0001L);

  private final SignedRecord registration =
      signed(
          Signers.COORDINATOR,
          KEY,
          "registry",
          RegistrySubject.coordinator("c"),
          new RegisteredCoordinator(
                  "c",
                  KEY.publicKey(),
                  VRF.publicKey(),
                  1,
                  List.of(witness("a"), witness("b"), witness("c")))
              .toEvent());
  private final SealState state = SealState.start(List.of(VOTES));

  private static SigningKey key(String name) {
    return SigningKey.fromSeed(Hashing.hash("key", name.getBytes(StandardCharsets.UTF_8)).bytes());
  }

  private static VrfKey vrf(String name) {
    return VrfKey.fromSeed(Hashing.hash("vrf", name.getBytes(StandardCharsets.UTF_8)).bytes());
  }

  private static RegisteredWitness witness(String id) {
    return new RegisteredWitness(id, key(id).publicKey(), vrf(id).publicKey());
  }

  private static SignedRecord signed(
      String name, SigningKey key, String topic, byte[] recordKey, SpecificRecord event) {
    SignedRecord record =
        new EventSigner(name, key).sign(topic, 0, recordKey, EventCodec.encode(event));
    return at(record, 0);
  }

  private static SignedRecord at(SignedRecord record, long offset) {
    return new SignedRecord(
        record.topic(),
        record.partition(),
        offset,
        record.key(),
        record.value(),
        record.signer(),
        record.signature());
  }

  private static SignedRecord sealed(Seal seal) {
    return sealedBy(KEY, seal);
  }

  private static SignedRecord sealedBy(SigningKey key, Seal seal) {
    return signed(Signers.SEALER, key, "seals", EpochVerifier.epochKey(seal.getEpoch()), seal);
  }

  private static List<SignedRecord> votes() {
    List<SignedRecord> votes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      votes.add(
          new SignedRecord("votes", 0, i, new byte[0], new byte[] {(byte) i}, "w", new byte[64]));
    }
    return votes;
  }

  private static EpochRecords leaves(List<SignedRecord> records) {
    return EpochRecords.of(Map.of(VOTES, records.stream().map(LogLeaf::of).toList()));
  }

  private FraudProof proof(Fraud fraud, SignedRecord... records) {
    return new FraudProof(fraud, registration, List.of(records));
  }

  private static FraudProof proof(Fraud fraud, SignedRecord registration, List<SignedRecord> all) {
    return new FraudProof(fraud, registration, all);
  }

  private static void assertProved(FraudProof proof, String saying) {
    assertThat(proof.verify(KEY.publicKey()))
        .hasValueSatisfying(said -> assertThat(said).contains(saying));
    FraudProof read = FraudProof.parse(proof.bytes()).orElseThrow();
    assertThat(read.verify(KEY.publicKey())).isEqualTo(proof.verify(KEY.publicKey()));
    assertThat(read.verify(key("other").publicKey())).isEmpty();
  }

  private static void assertNothing(FraudProof proof) {
    assertThat(proof.verify(KEY.publicKey())).isEmpty();
  }

  @Test
  void shouldProveAForkByTwoSealsOfOneEpoch() {
    SignedRecord first = sealed(state.seal(EpochRecords.none(), NOW));
    SignedRecord second = sealed(state.seal(EpochRecords.none(), NOW + 1));

    assertProved(proof(Fraud.FORK, first, second), "two seals of epoch 0");
    assertNothing(proof(Fraud.FORK, first, first));
    assertNothing(proof(Fraud.FORK, first));
    assertNothing(
        proof(Fraud.FORK, first, sealedBy(key("other"), state.seal(EpochRecords.none(), NOW + 1))));
  }

  @Test
  void shouldProveADroppedRecordByTheRecordsOfTheRanges() {
    List<SignedRecord> votes = votes();
    Seal honest = state.seal(leaves(votes), NOW);
    Seal lacking = state.seal(leaves(votes.subList(1, 4)), NOW);
    List<SignedRecord> accusing = new ArrayList<>(List.of(sealed(lacking)));
    accusing.addAll(votes);
    List<SignedRecord> honestly = new ArrayList<>(List.of(sealed(honest)));
    honestly.addAll(votes);

    assertProved(proof(Fraud.FALSE_SEAL, registration, accusing), "WRONG_TREE_SIZE");
    assertNothing(proof(Fraud.FALSE_SEAL, registration, honestly));
  }

  @Test
  void shouldProveAChangedRecordOfALaterEpoch() {
    List<SignedRecord> votes = votes();
    Seal first = state.seal(leaves(votes.subList(0, 2)), NOW);
    SealState next =
        SealCheck.check(state, EventCodec.encode(first), leaves(votes.subList(0, 2)))
            .sound()
            .orElseThrow();
    SignedRecord other =
        new SignedRecord("votes", 0, 2, new byte[0], new byte[] {9}, "w", new byte[64]);
    Seal lie = next.seal(leaves(List.of(other, votes.get(3))), NOW);

    assertProved(
        proof(Fraud.FALSE_SEAL, sealed(first), sealed(lie), votes.get(2), votes.get(3)),
        "WRONG_TREE_ROOT");
    assertNothing(proof(Fraud.FALSE_SEAL, sealed(first), sealed(lie), other, votes.get(3)));
    assertNothing(proof(Fraud.FALSE_SEAL, sealed(lie), votes.get(2), votes.get(3)));
  }

  @Test
  void shouldProveASealThatDoesNotContinueTheOneBefore() {
    Seal first = state.seal(EpochRecords.none(), NOW);
    SealState other = SealState.behind(first, Beacon.sealHash(new byte[] {1})).orElseThrow();

    assertProved(
        proof(Fraud.FALSE_SEAL, sealed(first), sealed(other.seal(EpochRecords.none(), NOW))),
        "WRONG_PREVIOUS_HASH");
  }

  @Test
  void shouldProveADrawThatTheEpochDoesNotGive() {
    SignedRecord closed = closed();
    Hash randomness = randomness();
    Hash other = Hashing.hash("other");

    assertProved(
        proof(Fraud.FALSE_DRAW, challenge(randomness, other), closed), "proof of the positions");
    assertProved(
        proof(Fraud.FALSE_DRAW, challenge(other, randomness), closed), "proof of the committee");
    assertNothing(proof(Fraud.FALSE_DRAW, challenge(randomness, randomness), closed));
    assertNothing(proof(Fraud.FALSE_DRAW, closed, challenge(randomness, other)));
  }

  @Test
  void shouldProveASecondDraw() {
    SignedRecord one = challenge(randomness(), randomness());
    SignedRecord two = challenge(randomness(), Hashing.hash("other"));

    assertProved(proof(Fraud.SECOND_DRAW, one, two), "two challenges of request");
    assertNothing(proof(Fraud.SECOND_DRAW, one, one));
  }

  @Test
  void shouldProveAnInputThatWasNotSealed() {
    SignedRecord accepted = accepted(REQUEST);

    assertProved(
        proof(Fraud.FALSE_INPUT, accepted, shown("another seed")), "does not open its input seal");
    assertProved(
        proof(Fraud.FALSE_INPUT, accepted, challenge(randomness(), randomness())),
        "does not open its input seal");
    assertNothing(proof(Fraud.FALSE_INPUT, accepted, shown("seed")));
    assertNothing(proof(Fraud.FALSE_INPUT, shown("another seed"), accepted));
    assertNothing(proof(Fraud.FALSE_INPUT, accepted(new UUID(1, 2)), shown("another seed")));
    assertNothing(proof(Fraud.FALSE_INPUT, shown("another seed")));
  }

  /** Of what was accepted in clear, and lost with its transaction, a later challenge shows more. */
  @Test
  void shouldProveNothingByWhatHasNoSeal() {
    SignedRecord inClear = accepted(REQUEST, Wire.buffer(new byte[0]));

    assertNothing(proof(Fraud.FALSE_INPUT, inClear, shown("seed")));
    assertNothing(proof(Fraud.FALSE_INPUT, inClear, challenge(randomness(), randomness())));
  }

  private static RequestInput input(String seed) {
    ByteBuffer any = Wire.buffer(Hashing.hash("any"));
    return new RequestInput(any, 4, 0.0, 1, 1.0, Wire.buffer(Hashing.hash(seed)), any);
  }

  private static SignedRecord accepted(UUID request) {
    return accepted(request, Wire.buffer(InputSeal.of(request, input("seed"))));
  }

  private static SignedRecord accepted(UUID request, ByteBuffer inputSeal) {
    ByteBuffer none = Wire.buffer(new byte[0]);
    return signed(
        Signers.COORDINATOR,
        KEY,
        "accepted",
        new byte[0],
        new Accepted(
            request.toString(),
            none,
            "",
            none,
            0,
            none,
            0.0,
            0,
            0.0,
            none,
            8,
            3,
            1L,
            1L,
            none,
            0,
            none,
            inputSeal));
  }

  private static SignedRecord shown(String seed) {
    return challenge(Hashing.hash("any"), Hashing.hash("any"), input(seed));
  }

  @Test
  void shouldProveAWrongClockByTwoWitnesses() {
    Seal early = state.seal(EpochRecords.none(), NOW + 2_001);
    SignedRecord seal = sealed(early);

    assertProved(
        proof(Fraud.WRONG_CLOCK, seal, refused("a", seal, NOW), refused("b", seal, NOW - 5)),
        "ahead of the clocks of [a, b]");
    assertNothing(
        proof(Fraud.WRONG_CLOCK, seal, refused("a", seal, NOW), refused("a", seal, NOW - 5)));
    assertNothing(
        proof(Fraud.WRONG_CLOCK, seal, refused("a", seal, NOW), refused("b", seal, NOW + 1)));
    assertNothing(proof(Fraud.WRONG_CLOCK, seal, refused("a", seal, NOW), refused("d", seal, NOW)));
  }

  @Test
  void shouldReadNoDamagedFile() {
    byte[] file = proof(Fraud.FORK, sealed(state.seal(EpochRecords.none(), NOW))).bytes();

    for (int length = 0; length < file.length; length++) {
      assertThat(FraudProof.parse(Arrays.copyOf(file, length))).isEmpty();
    }
    assertThat(FraudProof.parse(Arrays.copyOf(file, file.length + 1))).isEmpty();
  }

  private static SignedRecord refused(String witness, SignedRecord seal, long clock) {
    return signed(
        Signers.witness(witness),
        key(witness),
        "cosignatures",
        new byte[8],
        new SealRefused(
            0L, witness, Wire.buffer(Beacon.sealHash(seal.value())), "TIME_AHEAD", clock));
  }

  private byte[] sealValue() {
    return EventCodec.encode(state.seal(EpochRecords.none(), NOW));
  }

  private Hash randomness() {
    Hash sealHash = Beacon.sealHash(sealValue());
    return Beacon.randomness(
        sealHash, List.of(vrf("a").output(sealHash.bytes()), vrf("b").output(sealHash.bytes())));
  }

  private SignedRecord closed() {
    Hash sealHash = Beacon.sealHash(sealValue());
    return signed(
        Signers.SEALER,
        KEY,
        "shard-inputs",
        new byte[4],
        new EpochClosed(
            0L,
            Wire.buffer(sealValue()),
            Wire.buffer(new byte[64]),
            List.of(copy("a", sealHash), copy("b", sealHash))));
  }

  private static CosignatureCopy copy(String witness, Hash sealHash) {
    return new CosignatureCopy(witness, Wire.buffer(Beacon.cosign(vrf(witness), sealHash).bytes()));
  }

  private static SignedRecord challenge(Hash committee, Hash positions) {
    return challenge(committee, positions, null);
  }

  private static SignedRecord challenge(
      Hash committee, Hash positions, @Nullable RequestInput input) {
    return signed(
        Signers.COORDINATOR,
        KEY,
        "challenges",
        new byte[0],
        Challenge.newBuilder()
            .setRequestId(REQUEST.toString())
            .setSegment(0)
            .setRound(1)
            .setPart(1)
            .setEpoch(0)
            .setProof(Wire.buffer(VRF.prove(Draws.challenge(REQUEST, 1, 1, positions)).bytes()))
            .setCommitteeEpoch(0)
            .setCommitteeProof(
                Wire.buffer(VRF.prove(Draws.committee(REQUEST, 1, committee)).bytes()))
            .setSize(10)
            .setCalibrationId("")
            .setRoster(List.of())
            .setPositions(List.of())
            .setInput(input)
            .build());
  }
}
