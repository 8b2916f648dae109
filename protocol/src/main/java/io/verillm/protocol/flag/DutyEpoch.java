package io.verillm.protocol.flag;

import io.verillm.events.DutyBegun;
import io.verillm.events.FlagKind;
import io.verillm.events.RequestSize;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.draw.RandomStream;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.money.DutyTerms;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which flags workers owe for a time in a shard: a worker's VRF over the epoch's seed and a slot
 * decides, so it can neither choose its flags nor deny them. The seed is the randomness of the
 * epoch at whose tick this begins; keys that count were registered before that was known.
 *
 * @param shard the shard
 * @param number counts up within the shard
 * @param seed what nobody knew before
 * @param terms length, slots and rates
 * @param asked what others asked for before it
 */
public record DutyEpoch(
    int shard, long number, Hash seed, DutyTerms terms, List<RequestSize> asked) {

  /** Refuses what nothing can be drawn from. */
  public DutyEpoch {
    asked = List.copyOf(asked);
    if (asked.stream().anyMatch(size -> size.getRequests() < 1)) {
      throw new IllegalArgumentException("a size that no request has: " + asked);
    }
  }

  /**
   * The one that an event begins.
   *
   * @throws IllegalArgumentException if its values do not fit
   */
  public static DutyEpoch of(DutyBegun event) {
    return new DutyEpoch(
        event.getShard(),
        event.getDutyEpoch(),
        Wire.hash(event.getSeed()),
        new DutyTerms(
            event.getTicks(), event.getSlots(), event.getBadFlags(), event.getGoodFlags()),
        event.getAsked());
  }

  /** How long it lasts at least, in milliseconds of case time. */
  public long lengthMillis() {
    return terms.ticks() * ClosedEpoch.TICK_MILLIS;
  }

  /**
   * Input of {@code VRF_worker("duty", seed, shard, number, worker, slot)}. With the worker's id in
   * it two ids with one key owe what each of them draws.
   */
  public byte[] alpha(String worker, int slot) {
    return HashInput.of("duty").add(seed).add(shard).add(number).add(worker).add(slot).bytes();
  }

  /** What is owed in the slot whose VRF output this is. */
  public FlagKind owed(Hash vrfOutput) {
    int drawn = new RandomStream(vrfOutput).below(DutyTerms.PER_SLOTS);
    if (drawn < terms.bad()) {
      return FlagKind.BAD;
    }
    return drawn < terms.bad() + terms.good() ? FlagKind.GOOD : FlagKind.NONE;
  }

  /**
   * What the flag must ask for that is owed in the slot whose VRF output this is: as much as a
   * request of this model that is drawn from those before; where there was none, the committee of
   * one of any model.
   */
  public FlagSize size(Hash vrfOutput, Hash modelId) {
    ByteBuffer model = Wire.buffer(modelId);
    List<RequestSize> same = asked.stream().filter(a -> a.getModelId().equals(model)).toList();
    if (same.isEmpty()) {
      return asked.isEmpty()
          ? FlagSize.LEAST
          : drawn(vrfOutput, asked).withTokens(FlagSize.LEAST.tokens());
    }
    return drawn(vrfOutput, same);
  }

  private static FlagSize drawn(Hash vrfOutput, List<RequestSize> sizes) {
    long requests = sizes.stream().mapToLong(RequestSize::getRequests).sum();
    RandomStream random = new RandomStream(vrfOutput);
    random.below(DutyTerms.PER_SLOTS);
    long drawn = random.below(requests);
    int entry = 0;
    while (drawn >= sizes.get(entry).getRequests()) {
      drawn -= sizes.get(entry++).getRequests();
    }
    RequestSize size = sizes.get(entry);
    return new FlagSize(size.getCheckers(), size.getHandovers(), size.getTokens());
  }

  /**
   * The VRF output of a worker's slot.
   *
   * @param key the worker's
   * @return empty for a proof that proves nothing, and for a slot that there is not
   */
  public Optional<Hash> output(String worker, int slot, byte[] proof, VrfPublicKey key) {
    return slot < 0 || slot >= terms.slots() || proof.length != VrfProof.LENGTH
        ? Optional.empty()
        : key.verify(alpha(worker, slot), new VrfProof(proof));
  }

  /** What a worker owes in a slot; empty as in {@link #output}. */
  public Optional<FlagKind> owed(String worker, int slot, byte[] proof, VrfPublicKey key) {
    return output(worker, slot, proof, key).map(this::owed);
  }

  /**
   * What a worker owes in each slot.
   *
   * @param proofs of all slots, one behind the other
   * @param key the worker's
   * @return empty where not all of them prove something
   */
  public Optional<List<FlagKind>> owed(String worker, byte[] proofs, VrfPublicKey key) {
    if (proofs.length != terms.slots() * VrfProof.LENGTH) {
      return Optional.empty();
    }
    List<FlagKind> kinds = new ArrayList<>();
    for (int slot = 0; slot < terms.slots(); slot++) {
      int from = slot * VrfProof.LENGTH;
      Optional<FlagKind> kind =
          owed(worker, slot, Arrays.copyOfRange(proofs, from, from + VrfProof.LENGTH), key);
      if (kind.isEmpty()) {
        return Optional.empty();
      }
      kinds.add(kind.get());
    }
    return Optional.of(kinds);
  }
}
