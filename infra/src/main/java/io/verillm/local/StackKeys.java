package io.verillm.local;

import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.streams.coordinator.CoordinatorKeys;
import io.verillm.streams.log.WitnessKeys;
import io.verillm.topics.KeyStore;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Keys of everybody who runs in a local stack, by their names in its key folder. */
public final class StackKeys {
  private static final String COORDINATOR = "coordinator";
  private static final String REQUESTER = "requester";

  private final KeyStore store;
  private final StackWitnesses witnesses;

  /**
   * Makes the keys that the folder lacks, always in the same order, so that the same randomness
   * gives the same keys.
   *
   * @param random a {@link java.security.SecureRandom}, but for a demo that is to be repeatable
   */
  StackKeys(
      StackFolder folder,
      RandomGenerator random,
      StackWitnesses witnesses,
      Collection<String> workers) {
    this.store = new KeyStore(folder.keys(), random);
    this.witnesses = witnesses;
    coordinator();
    witnesses.ownIds().forEach(this::witness);
    requester();
    workers.stream().sorted().forEach(this::worker);
    workers.stream().sorted().forEach(this::salt);
  }

  CoordinatorKeys coordinator() {
    return new CoordinatorKeys(
        store.signing(COORDINATOR), store.vrf(COORDINATOR), store.salt(COORDINATOR));
  }

  /** Whom the log must name as its coordinator. */
  public VerifyKey coordinatorKey() {
    return coordinatorSigner().key().publicKey();
  }

  /** Signs what the coordinator says outside of its app: registrations, funds. */
  EventSigner coordinatorSigner() {
    return new EventSigner(Signers.COORDINATOR, store.signing(COORDINATOR));
  }

  /** Signs seals: the coordinator's key under the sealer's name. */
  EventSigner sealerSigner() {
    return new EventSigner(Signers.SEALER, store.signing(COORDINATOR));
  }

  WitnessKeys witness(String id) {
    return new WitnessKeys(id, store.signing(id), store.vrf(id));
  }

  /** All witnesses that the coordinator names. */
  List<RegisteredWitness> witnesses() {
    return Stream.concat(
            witnesses.ownIds().stream().map(id -> witness(id).registered()),
            witnesses.named().stream())
        .toList();
  }

  Signer worker(String id) {
    return store.signing(id);
  }

  /** What a worker's salts are derived from, 32 bytes. */
  byte[] salt(String worker) {
    return store.salt(worker);
  }

  /** The local requester: posts the demo's requests, and those of {@code submit}. */
  public SigningKey requester() {
    return store.signing(REQUESTER);
  }
}
