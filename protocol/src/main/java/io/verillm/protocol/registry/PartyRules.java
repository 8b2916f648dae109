package io.verillm.protocol.registry;

import static io.verillm.protocol.registry.RegistryFault.BAD_ID;
import static io.verillm.protocol.registry.RegistryFault.INVALID_KEY;
import static io.verillm.protocol.registry.RegistryFault.INVALID_VALUE;
import static io.verillm.protocol.registry.RegistryFault.KEY_CHANGED;
import static io.verillm.protocol.registry.RegistryFault.OTHER_COORDINATOR;
import static io.verillm.protocol.registry.RegistryFault.SIGNER_NOT_ALLOWED;
import static io.verillm.protocol.registry.RegistryFault.STALE_READY;
import static io.verillm.protocol.registry.RegistryFault.WRONG_SUBJECT;

import io.verillm.events.CoordinatorRegistered;
import io.verillm.events.EncryptionKeyRegistered;
import io.verillm.events.WitnessRegistered;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which entries of parties count: who they are, with which keys, and what they serve. */
final class PartyRules {
  private final RegistryEntry entry;

  PartyRules(RegistryEntry entry) {
    this.entry = entry;
  }

  RegistrySnapshot.Applied worker(WorkerRegistered event) {
    String id = event.getWorker();
    if (!RegistryRules.isId(id)) {
      return entry.refused(BAD_ID, id);
    }
    if (!entry.signedBy(Signers.worker(id))) {
      return entry.refused(SIGNER_NOT_ALLOWED, entry.record().signer());
    }
    if (!entry.about(RegistrySubject.worker(id))) {
      return entry.refused(WRONG_SUBJECT, id);
    }
    Optional<VerifyKey> key = entry.verifyKey(event.getKey());
    if (key.isEmpty()) {
      return entry.refused(INVALID_KEY, id);
    }
    Optional<VrfPublicKey> vrfKey = entry.vrfKey(event.getVrfKey());
    if (vrfKey.isEmpty() && event.getVrfKey().hasRemaining()) {
      return entry.refused(INVALID_KEY, id);
    }
    RegisteredWorker known = entry.registry().workers().get(id);
    if (known == null) {
      return entry.counted(
          entry
              .registry()
              .with(RegisteredWorker.registered(id, event.getOperator(), key.get(), vrfKey)));
    }
    // Who registered without a VRF key may say it once.
    boolean changed =
        !known.key().equals(key.get())
            || !known.operator().equals(event.getOperator())
            || known.vrfKey().filter(k -> !vrfKey.equals(Optional.of(k))).isPresent();
    if (changed) {
      return entry.refused(KEY_CHANGED, id);
    }
    return entry.counted(
        known.vrfKey().isEmpty() && vrfKey.isPresent()
            ? entry.registry().with(known.drawing(vrfKey.get()))
            : entry.registry());
  }

  RegistrySnapshot.Applied ready(WorkerReady event) {
    RegisteredWorker known = entry.registry().workers().get(event.getWorker());
    if (known == null || !entry.signedBy(Signers.worker(known.id()))) {
      return entry.refused(SIGNER_NOT_ALLOWED, entry.record().signer());
    }
    if (!entry.about(RegistrySubject.workerReady(known.id()))) {
      return entry.refused(WRONG_SUBJECT, known.id());
    }
    if (event.getSequence() <= known.readySequence()) {
      return entry.refused(
          STALE_READY,
          event.getSequence() + " where more than " + known.readySequence() + " is due");
    }
    Set<Hash> models = new HashSet<>();
    for (ByteBuffer model : event.getModelIds()) {
      if (model.remaining() != Hash.LENGTH) {
        return entry.refused(BAD_ID, "a model id of " + model.remaining() + " bytes");
      }
      models.add(new Hash(Wire.bytes(model)));
    }
    return entry.counted(
        entry
            .registry()
            .with(
                known.serving(event.getReady(), models, event.getProfile(), event.getSequence())));
  }

  RegistrySnapshot.Applied witness(WitnessRegistered event) {
    String id = event.getWitness();
    if (!RegistryRules.isId(id)) {
      return entry.refused(BAD_ID, id);
    }
    if (!entry.signedBy(Signers.witness(id))) {
      return entry.refused(SIGNER_NOT_ALLOWED, entry.record().signer());
    }
    if (!entry.about(RegistrySubject.witness(id))) {
      return entry.refused(WRONG_SUBJECT, id);
    }
    Optional<VerifyKey> key = entry.verifyKey(event.getKey());
    Optional<VrfPublicKey> vrfKey = entry.vrfKey(event.getVrfKey());
    if (key.isEmpty() || vrfKey.isEmpty()) {
      return entry.refused(INVALID_KEY, id);
    }
    RegisteredWitness witness = new RegisteredWitness(id, key.get(), vrfKey.get());
    RegisteredWitness known = entry.registry().witnesses().get(id);
    return known == null || known.equals(witness)
        ? entry.counted(entry.registry().with(witness))
        : entry.refused(KEY_CHANGED, id);
  }

  RegistrySnapshot.Applied coordinator(CoordinatorRegistered event) {
    String id = event.getCoordinator();
    if (!RegistryRules.isId(id) || event.getShards() < 1) {
      return entry.refused(BAD_ID, id + " with " + event.getShards() + " shards");
    }
    Optional<List<RegisteredWitness>> witnesses = RegisteredCoordinator.named(event, entry.keys());
    if (witnesses.isEmpty()) {
      return entry.refused(
          INVALID_VALUE,
          "witnesses %s with %d keys"
              .formatted(event.getWitnesses(), event.getWitnessKeys().size()));
    }
    if (!entry.signedBy(Signers.COORDINATOR)) {
      return entry.refused(SIGNER_NOT_ALLOWED, entry.record().signer());
    }
    if (!entry.about(RegistrySubject.coordinator(id))) {
      return entry.refused(WRONG_SUBJECT, id);
    }
    Optional<VerifyKey> key = entry.verifyKey(event.getKey());
    Optional<VrfPublicKey> vrfKey = entry.vrfKey(event.getVrfKey());
    if (key.isEmpty() || vrfKey.isEmpty()) {
      return entry.refused(INVALID_KEY, id);
    }
    RegisteredCoordinator coordinator =
        new RegisteredCoordinator(id, key.get(), vrfKey.get(), event.getShards(), witnesses.get());
    if (entry.registry().pinned().filter(pin -> !pin.equals(key.get())).isPresent()) {
      return entry.refused(OTHER_COORDINATOR, id + " has not the key that is trusted");
    }
    Optional<RegisteredCoordinator> known = entry.registry().coordinator();
    if (known.isPresent() && !known.get().id().equals(id)) {
      return entry.refused(OTHER_COORDINATOR, id);
    }
    return known.isEmpty() || known.get().equals(coordinator)
        ? entry.counted(entry.registry().with(coordinator))
        : entry.refused(KEY_CHANGED, id);
  }

  /** Who is registered may say once what it reads with. */
  RegistrySnapshot.Applied encryptionKey(EncryptionKeyRegistered event) {
    String party = event.getParty();
    boolean reads = party.equals(Signers.COORDINATOR) || party.startsWith(Signers.worker(""));
    if (!reads || !entry.signedBy(party)) {
      return entry.refused(SIGNER_NOT_ALLOWED, entry.record().signer());
    }
    if (!entry.about(RegistrySubject.encryptionKey(party))) {
      return entry.refused(WRONG_SUBJECT, party);
    }
    Optional<EncryptionKey> key = EncryptionKey.parse(Wire.bytes(event.getKey()));
    if (key.isEmpty()) {
      return entry.refused(INVALID_KEY, party);
    }
    EncryptionKey known = entry.registry().encryptionKeys().get(party);
    return known == null || known.equals(key.get())
        ? entry.counted(entry.registry().with(party, key.get()))
        : entry.refused(KEY_CHANGED, party);
  }
}
