package io.verillm.protocol.log;

import io.verillm.events.CosignatureCopy;
import io.verillm.events.EpochClosed;
import io.verillm.events.Seal;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Verifies that an epoch is closed: the sealer signed its seal, the seal continues the chain, and
 * every witness cosigned it, but for those that are shown to have withheld. The signature of the
 * event's own record is checked before, like any record's.
 */
public final class EpochVerifier {
  private final String sealsTopic;
  private final VerifyKey sealerKey;
  private final SortedMap<String, VrfPublicKey> witnesses;

  /**
   * Copies the map.
   *
   * @param sealsTopic full name of the topic that seals lie on, which their signatures cover
   * @param sealerKey the coordinator's key
   * @param witnesses VRF keys by witness id
   * @throws IllegalArgumentException without any witness, because randomness would then be the
   *     sealer's choice
   */
  public EpochVerifier(
      String sealsTopic, VerifyKey sealerKey, Map<String, VrfPublicKey> witnesses) {
    if (witnesses.isEmpty()) {
      throw new IllegalArgumentException("a beacon needs at least one witness");
    }
    this.sealsTopic = sealsTopic;
    this.sealerKey = sealerKey;
    this.witnesses = new TreeMap<>(witnesses);
  }

  /** Key bytes of an epoch's records: 8 bytes, big endian. */
  public static byte[] epochKey(long epoch) {
    return ByteBuffer.allocate(Long.BYTES).putLong(epoch).array();
  }

  /**
   * The chain right before an event's seal, see {@link SealChain#upTo}; the same chain where the
   * event holds no seal.
   */
  public static SealChain upTo(SealChain chain, EpochClosed event) {
    return SealCheck.decode(Wire.bytes(event.getSeal())).sound().map(chain::upTo).orElse(chain);
  }

  /**
   * Verifies one event.
   *
   * @param chain the chain behind the last verified epoch; {@link #after} gives the next
   * @return the closed epoch, or the first fault
   */
  public Checked<ClosedEpoch> verify(SealChain chain, EpochClosed event) {
    return verify(chain, event, Map.of());
  }

  /**
   * Verifies one event that may lack the outputs of witnesses that were removed from this epoch.
   *
   * @param removals what was found about witnesses that withheld, by id
   */
  public Checked<ClosedEpoch> verify(
      SealChain chain, EpochClosed event, Map<String, Removal> removals) {
    byte[] sealValue = Wire.bytes(event.getSeal());
    Hash sealHash = Beacon.sealHash(sealValue);
    return SealCheck.decode(sealValue)
        .then(seal -> signed(event, seal, sealValue))
        .then(seal ->
            chain
                .follow(seal, sealHash)
                .then(next -> beacon(seal, sealHash, event.getCosignatures(), removals)));
  }

  private Checked<Seal> signed(EpochClosed event, Seal seal, byte[] sealValue) {
    if (event.getEpoch() != seal.getEpoch()) {
      return new Checked.Refused<>(
          LogFault.WRONG_EPOCH,
          "the event closes %d, its seal %d".formatted(event.getEpoch(), seal.getEpoch()));
    }
    byte[] signed =
        SignedRecord.signedHash(sealsTopic, epochKey(seal.getEpoch()), sealValue).bytes();
    return sealerKey.verify(signed, Wire.bytes(event.getSealSignature()))
        ? new Checked.Sound<>(seal)
        : new Checked.Refused<>(LogFault.WRONG_SIGNATURE, "seal of epoch " + seal.getEpoch());
  }

  /** The chain behind an event that {@link #verify} found sound on {@code chain}. */
  public static SealChain after(SealChain chain, EpochClosed event) {
    byte[] sealValue = Wire.bytes(event.getSeal());
    return SealCheck.decode(sealValue)
        .sound()
        .flatMap(seal -> chain.follow(seal, Beacon.sealHash(sealValue)).sound())
        .orElseThrow(
            () -> new IllegalArgumentException("epoch " + event.getEpoch() + " is not verified"));
  }

  private Checked<ClosedEpoch> beacon(
      Seal seal, Hash sealHash, List<CosignatureCopy> cosignatures, Map<String, Removal> removals) {
    List<String> names = cosignatures.stream().map(CosignatureCopy::getWitness).toList();
    if (!complete(seal, sealHash, names, removals)) {
      return new Checked.Refused<>(
          LogFault.WRONG_WITNESSES, "%s where %s cosign".formatted(names, witnesses.keySet()));
    }
    List<Hash> outputs = new ArrayList<>();
    for (CosignatureCopy cosignature : cosignatures) {
      Optional<Hash> output =
          Beacon.output(
              witnesses.get(cosignature.getWitness()),
              sealHash,
              Wire.bytes(cosignature.getProof()));
      if (output.isEmpty()) {
        return new Checked.Refused<>(LogFault.WRONG_PROOF, "witness " + cosignature.getWitness());
      }
      outputs.add(output.get());
    }
    return new Checked.Sound<>(
        new ClosedEpoch(
            seal.getEpoch(), ClosedEpoch.tickOf(seal), seal, Beacon.randomness(sealHash, outputs)));
  }

  /** Whether these are all witnesses, in order, but for those that may be missing; never none. */
  private boolean complete(
      Seal seal, Hash sealHash, List<String> names, Map<String, Removal> removals) {
    SortedMap<String, VrfPublicKey> missing = new TreeMap<>(witnesses);
    missing.keySet().removeAll(names);
    List<String> present = new ArrayList<>(witnesses.keySet());
    present.removeAll(missing.keySet());
    return !names.isEmpty()
        && names.equals(present)
        && missing.entrySet().stream()
            .allMatch(entry -> {
              Removal removal = removals.get(entry.getKey());
              return removal != null
                  && removal.excuses(
                      ClosedEpoch.tickOf(seal), sealHash, entry.getValue(), Set.copyOf(names));
            });
  }
}
