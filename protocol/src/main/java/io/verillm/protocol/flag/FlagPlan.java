package io.verillm.protocol.flag;

import io.verillm.events.FlagDuty;
import io.verillm.events.FlagKind;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.draw.RandomStream;
import io.verillm.protocol.event.Wire;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.ToIntFunction;

/**
 * Everything about a worker's flags, as it follows from its secret, its VRF key and a duty epoch.
 */
final class FlagPlan {
  private final String worker;
  private final byte[] secret;
  private final VrfKey key;
  private final ToIntFunction<String> shardOf;
  private final List<FlagPrompt> prompts;

  /** As {@link Sentinel} takes them. */
  FlagPlan(
      String worker,
      byte[] secret,
      VrfKey key,
      ToIntFunction<String> shardOf,
      List<FlagPrompt> prompts) {
    if (prompts.isEmpty()) {
      throw new IllegalArgumentException("a sentinel needs something to ask for");
    }
    this.worker = worker;
    this.secret = secret.clone();
    this.key = key;
    this.shardOf = shardOf;
    this.prompts = List.copyOf(prompts);
  }

  /** What is owed in a duty epoch that began at this time, by slot. */
  List<PlantedFlag> flags(DutyEpoch duty, long beganMillis) {
    List<PlantedFlag> flags = new ArrayList<>();
    for (int slot = 0; slot < duty.terms().slots(); slot++) {
      Hash output = key.output(duty.alpha(worker, slot));
      if (duty.owed(output) != FlagKind.NONE) {
        flags.add(flag(duty, beganMillis, slot, output));
      }
    }
    return flags;
  }

  private PlantedFlag flag(DutyEpoch duty, long beganMillis, int slot, Hash output) {
    byte[] frame = HashInput.of("flag-plan").add(duty.alpha(worker, slot)).bytes();
    RandomStream random = new RandomStream(Hashing.hmacSha256(secret, frame));
    // In the first half, so that there is time to check and open it.
    long at = beganMillis + random.below(Math.max(1, duty.lengthMillis() / 2));
    UUID id = id(at, random);
    while (shardOf.applyAsInt(id.toString()) != duty.shard()) {
      id = id(at, random);
    }
    SigningKey requester = FlagAccounts.key(secret, random.below(FlagAccounts.COUNT));
    FlagPrompt prompt = prompts.get(random.below(prompts.size()));
    return new PlantedFlag(
        duty,
        slot,
        duty.owed(output),
        key.prove(duty.alpha(worker, slot)),
        id,
        at,
        requester,
        secretHash("flag-salt", id),
        secretHash("flag-nonce", id),
        secretHash("flag-cheat", id),
        prompt.of(duty.size(output, prompt.modelId())));
  }

  /** A version 7 UUID (RFC 9562, 5.7) of this time. */
  private static UUID id(long atMillis, RandomStream random) {
    long high = (atMillis << 16) | (7L << 12) | random.below(1L << 12);
    return new UUID(high, random.below(1L << 62) | Long.MIN_VALUE);
  }

  private Hash secretHash(String use, UUID id) {
    return Hashing.hmacSha256(secret, HashInput.of(use).add(id).bytes());
  }

  /** What shows all that is owed in a duty epoch. */
  FlagDuty proof(DutyEpoch epoch) {
    ByteArrayOutputStream proofs = new ByteArrayOutputStream();
    int owed = 0;
    for (int slot = 0; slot < epoch.terms().slots(); slot++) {
      VrfProof proof = key.prove(epoch.alpha(worker, slot));
      proofs.writeBytes(proof.bytes());
      owed += epoch.owed(key.output(epoch.alpha(worker, slot))) == FlagKind.NONE ? 0 : 1;
    }
    return new FlagDuty(
        epoch.number(), worker, Wire.buffer(proofs.toByteArray()), owed, List.of(), epoch.shard());
  }
}
