package io.verillm.gpu.worker;

import io.verillm.events.EncryptionKeyRegistered;
import io.verillm.events.WorkerRegistered;
import io.verillm.gpu.task.Inference;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import java.util.List;
import java.util.Map;

/**
 * What a worker says of itself on the registry: who it is, what it serves and whether it takes
 * tasks. Who speaks waits for the broker; nobody else has to.
 */
final class RegistryDesk {
  private final WorkerSettings settings;
  private final List<Hash> served;
  private final String profile;
  private final LogView log;
  private final Outbox outbox;
  private long sequence;
  private boolean left;

  /**
   * One that has said nothing yet.
   *
   * @param models what it serves, of one profile
   */
  RegistryDesk(WorkerSettings settings, Map<Hash, Inference> models, LogView log, Outbox outbox) {
    this.settings = settings;
    this.served = models.keySet().stream().sorted().toList();
    this.profile = models.values().iterator().next().shape().profile().id();
    this.log = log;
    this.outbox = outbox;
  }

  /**
   * Says who it is, and that it takes tasks. Who plants no flags says no VRF key: it can never owe
   * one.
   */
  synchronized void introduce() {
    byte[] vrfKey = settings.flags().isEmpty() ? new byte[0] : settings.vrf().publicKey().bytes();
    long registered =
        outbox.registered(
            new WorkerRegistered(
                settings.id(),
                settings.operator(),
                Wire.buffer(settings.key().publicKey().bytes()),
                Wire.buffer(vrfKey)));
    if (settings.flags().isPresent()) {
      log.owes(registered);
    }
    outbox.encryptionKey(
        new EncryptionKeyRegistered(
            Signers.worker(settings.id()), Wire.buffer(settings.decryption().publicKey().bytes())));
    say(true);
  }

  /** Says whether it takes tasks, unless it has left. */
  synchronized void ready(boolean ready) {
    if (!left) {
      say(ready);
    }
  }

  /** Says for good that it takes none. */
  synchronized void leave() {
    ready(false);
    left = true;
  }

  private void say(boolean ready) {
    // The registry remembers the last one over restarts; a clock that was set back is no harm.
    sequence =
        Math.max(
            System.currentTimeMillis(), 1 + Math.max(sequence, log.readySequence(settings.id())));
    outbox.ready(Outbox.readyEvent(settings.id(), served, profile, ready, sequence));
  }
}
