package io.verillm.protocol.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.events.CosignatureCopy;
import io.verillm.events.EpochClosed;
import io.verillm.events.Seal;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.schemas.EventCodec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EpochVerifierTest {
  private static final String SEALS = "a.seals";
  private static final EventSigner SEALER =
      new EventSigner(Signers.SEALER, SigningKey.fromSeed(new byte[32]));
  private static final Map<String, VrfKey> WITNESSES =
      Map.of("b", VrfKey.fromSeed(seed(2)), "a", VrfKey.fromSeed(seed(1)));
  private static final Map<String, VrfPublicKey> PUBLIC =
      Map.of("a", WITNESSES.get("a").publicKey(), "b", WITNESSES.get("b").publicKey());

  private final EpochVerifier verifier = new EpochVerifier(SEALS, SEALER.key().publicKey(), PUBLIC);
  private final SealState state = SealState.start(RecordedLog.PARTITIONS);
  private final Seal seal = state.seal(EpochRecords.none(), RecordedLog.TIME_MILLIS);

  @Test
  void shouldCloseAnEpochThatEveryWitnessCosigned() {
    EpochClosed event = close(SEALER, seal, 0, List.of("a", "b"));

    ClosedEpoch closed = verifier.verify(SealChain.start(), event).sound().orElseThrow();

    assertThat(closed.epoch()).isZero();
    assertThat(closed.tick()).isEqualTo(RecordedLog.TIME_MILLIS / 250);
    assertThat(closed.seal()).isEqualTo(seal);
    Hash sealHash = Hashing.hash("sealed", EventCodec.encode(seal));
    assertThat(closed.randomness())
        .isEqualTo(
            Hashing.hash(
                "randomness",
                sealHash.bytes(),
                WITNESSES.get("a").output(sealHash.bytes()).bytes(),
                WITNESSES.get("b").output(sealHash.bytes()).bytes()));
  }

  @Test
  void shouldFollowTheChainFromEpochToEpoch() {
    EpochClosed first = close(SEALER, seal, 0, List.of("a", "b"));
    SealState next =
        SealCheck.check(state, EventCodec.encode(seal), EpochRecords.none()).sound().orElseThrow();
    EpochClosed second =
        close(
            SEALER,
            next.seal(EpochRecords.none(), RecordedLog.TIME_MILLIS + 250),
            1,
            List.of("a", "b"));

    SealChain chain = EpochVerifier.after(SealChain.start(), first);

    assertThat(verifier.verify(chain, second).sound().orElseThrow().tick())
        .isEqualTo(RecordedLog.TIME_MILLIS / 250 + 1);
    assertThat(verifier.verify(chain, first).refusal()).contains(LogFault.WRONG_EPOCH);
    assertThat(verifier.verify(SealChain.start(), second).refusal()).contains(LogFault.WRONG_EPOCH);
  }

  @Test
  void shouldRefuseASealThatTheSealerDidNotSign() {
    EventSigner other = new EventSigner(Signers.SEALER, SigningKey.fromSeed(seed(9)));

    assertThat(fault(close(other, seal, 0, List.of("a", "b")))).isEqualTo(LogFault.WRONG_SIGNATURE);
  }

  @Test
  void shouldRefuseAnEventThatNamesAnotherEpochThanItsSeal() {
    assertThat(fault(close(SEALER, seal, 1, List.of("a", "b")))).isEqualTo(LogFault.WRONG_EPOCH);
  }

  @Test
  void shouldRefuseAMissingRepeatedReorderedOrUnknownWitness() {
    assertThat(fault(close(SEALER, seal, 0, List.of("a")))).isEqualTo(LogFault.WRONG_WITNESSES);
    assertThat(fault(close(SEALER, seal, 0, List.of("a", "a"))))
        .isEqualTo(LogFault.WRONG_WITNESSES);
    assertThat(fault(close(SEALER, seal, 0, List.of("b", "a"))))
        .isEqualTo(LogFault.WRONG_WITNESSES);
    assertThat(fault(close(SEALER, seal, 0, List.of("a", "b", "c"))))
        .isEqualTo(LogFault.WRONG_WITNESSES);
  }

  @Test
  void shouldRefuseAProofOfAnotherWitnessOrSealOrLength() {
    EpochClosed honest = close(SEALER, seal, 0, List.of("a", "b"));
    ByteBuffer a = honest.getCosignatures().get(0).getProof();
    ByteBuffer otherSeal =
        ByteBuffer.wrap(Beacon.cosign(WITNESSES.get("b"), Beacon.sealHash(new byte[] {1})).bytes());

    assertThat(fault(withProofs(honest, a, a))).isEqualTo(LogFault.WRONG_PROOF);
    assertThat(fault(withProofs(honest, a, otherSeal))).isEqualTo(LogFault.WRONG_PROOF);
    assertThat(fault(withProofs(honest, a, ByteBuffer.allocate(3))))
        .isEqualTo(LogFault.WRONG_PROOF);
  }

  @Test
  void shouldRefuseASealThatIsNone() {
    EpochClosed event =
        new EpochClosed(0L, ByteBuffer.allocate(20), ByteBuffer.allocate(64), List.of());

    assertThat(fault(event)).isEqualTo(LogFault.UNDECODABLE);
  }

  @Test
  void shouldNotExistWithoutAWitness() {
    assertThatThrownBy(() -> new EpochVerifier(SEALS, SEALER.key().publicKey(), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private LogFault fault(EpochClosed event) {
    return verifier.verify(SealChain.start(), event).refusal().orElseThrow();
  }

  private static EpochClosed close(
      EventSigner signer, Seal seal, long epoch, List<String> witnesses) {
    byte[] value = EventCodec.encode(seal);
    SignedRecord record = signer.sign(SEALS, 0, EpochVerifier.epochKey(seal.getEpoch()), value);
    List<CosignatureCopy> cosignatures =
        witnesses.stream()
            .map(id ->
                new CosignatureCopy(
                    id,
                    ByteBuffer.wrap(
                        Beacon.cosign(
                                WITNESSES.getOrDefault(id, VrfKey.fromSeed(seed(3))),
                                Beacon.sealHash(value))
                            .bytes())))
            .toList();
    return new EpochClosed(
        epoch, ByteBuffer.wrap(value), ByteBuffer.wrap(record.signature()), cosignatures);
  }

  private static EpochClosed withProofs(EpochClosed event, ByteBuffer a, ByteBuffer b) {
    return new EpochClosed(
        event.getEpoch(),
        event.getSeal(),
        event.getSealSignature(),
        List.of(new CosignatureCopy("a", a), new CosignatureCopy("b", b)));
  }

  private static byte[] seed(int first) {
    byte[] seed = new byte[32];
    seed[0] = (byte) first;
    return seed;
  }
}
