package io.verillm.protocol.registry;

import io.verillm.events.CoordinatorRegistered;
import io.verillm.events.NamedWitness;
import io.verillm.protocol.crypto.KeySuite;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.Wire;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The coordinator of the registry.
 *
 * @param id coordinator id
 * @param key signs what coordinator, sealer and ledger write
 * @param vrfKey the key of its draws
 * @param shards partitions of every request topic
 * @param witnesses the witnesses whose cosignatures close epochs, with the only keys that they may
 *     have; ascending by id
 */
public record RegisteredCoordinator(
    String id, VerifyKey key, VrfPublicKey vrfKey, int shards, List<RegisteredWitness> witnesses) {

  /** Sorts the witnesses. */
  public RegisteredCoordinator {
    witnesses = witnesses.stream().sorted(Comparator.comparing(RegisteredWitness::id)).toList();
  }

  /** Its registration. */
  public CoordinatorRegistered toEvent() {
    return new CoordinatorRegistered(
        id,
        Wire.buffer(key.bytes()),
        Wire.buffer(vrfKey.bytes()),
        shards,
        witnesses.stream().map(RegisteredWitness::id).toList(),
        witnesses.stream()
            .map(w ->
                new NamedWitness(
                    w.id(), Wire.buffer(w.key().bytes()), Wire.buffer(w.vrfKey().bytes())))
            .toList());
  }

  /**
   * The witnesses that a registration names: at least one, ascending, each id and each key once.
   * Empty otherwise, so also for a registration that names ids without keys: whoever came first
   * could be any of those.
   */
  static Optional<List<RegisteredWitness>> named(CoordinatorRegistered event, KeySuite keys) {
    List<RegisteredWitness> named =
        event.getWitnessKeys().stream()
            .map(witness -> witness(witness, keys))
            .flatMap(Optional::stream)
            .toList();
    List<String> ids = named.stream().map(RegisteredWitness::id).toList();
    boolean sound =
        !named.isEmpty()
            && named.size() == event.getWitnessKeys().size()
            && ids.equals(event.getWitnesses())
            && ids.equals(ids.stream().distinct().sorted().toList())
            && Set.copyOf(named.stream().map(RegisteredWitness::key).toList()).size() == ids.size()
            && new HashSet<>(named.stream().map(RegisteredWitness::vrfKey).toList()).size()
                == ids.size();
    return sound ? Optional.of(named) : Optional.empty();
  }

  private static Optional<RegisteredWitness> witness(NamedWitness named, KeySuite keys) {
    Optional<VerifyKey> key = keys.verifyKey(Wire.bytes(named.getKey()));
    Optional<VrfPublicKey> vrfKey = keys.vrfKey(Wire.bytes(named.getVrfKey()));
    return key.isPresent() && vrfKey.isPresent() && RegistryRules.isId(named.getWitness())
        ? Optional.of(new RegisteredWitness(named.getWitness(), key.get(), vrfKey.get()))
        : Optional.empty();
  }
}
