package io.verillm.streams.coordinator;

import io.verillm.events.Request;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.List;

/** Workers that can read what a request asks them to. */
final class Readers {
  private Readers() {}

  /** All of them in public mode; in private mode those that have registered a key. */
  static List<String> among(List<String> workers, Request request, RegistrySnapshot registry) {
    return request.getEncryptionKey().hasRemaining()
        ? workers.stream()
            .filter(worker -> registry.encryptionKeys().containsKey(Signers.worker(worker)))
            .toList()
        : workers;
  }
}
