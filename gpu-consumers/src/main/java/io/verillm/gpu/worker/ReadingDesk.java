package io.verillm.gpu.worker;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.Opening;
import io.verillm.events.PrivateOpening;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.privacy.PrivateOpenings;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * Openings on their way out and in, by the request's mode. Who must read an envelope is fixed by
 * challenge and registry; a worker that does not know all of it yet waits, because an envelope that
 * misses a reader would count as its fault.
 */
final class ReadingDesk {
  private final String worker;
  private final byte[] secret;
  private final DecryptionKey key;
  private final LogView log;

  ReadingDesk(String worker, byte[] secret, DecryptionKey key, LogView log) {
    this.worker = worker;
    this.secret = secret.clone();
    this.key = key;
    this.log = log;
  }

  /** The event to send for an opening; empty while mode or readers are not known. */
  Optional<SpecificRecord> outgoing(Challenge challenge, Opening opening) {
    Optional<Accepted> accepted = log.accepted(challenge.getRequestId());
    if (accepted.isPresent() && !PrivateOpenings.isPrivate(accepted.get())) {
      return Optional.of(opening);
    }
    return accepted
        .flatMap(request -> readers(request, challenge))
        .map(readers -> PrivateOpenings.seal(secret, opening, readers));
  }

  /** What an envelope holds, where this worker can read it; others' are none of its business. */
  Optional<Opening> incoming(Challenge challenge, PrivateOpening sealed) {
    return log.accepted(challenge.getRequestId())
        .filter(PrivateOpenings::isPrivate)
        .flatMap(request -> readers(request, challenge))
        .flatMap(readers -> PrivateOpenings.open(sealed, key, Signers.worker(worker), readers));
  }

  /** Whether everything that {@link #incoming} needs was read; a public request needs no more. */
  boolean knowsReaders(Challenge challenge) {
    return log.accepted(challenge.getRequestId())
        .filter(request ->
            !PrivateOpenings.isPrivate(request) || readers(request, challenge).isPresent())
        .isPresent();
  }

  private Optional<SortedMap<String, EncryptionKey>> readers(
      Accepted request, Challenge challenge) {
    List<String> workers = PrivateOpenings.workers(challenge);
    SortedMap<String, EncryptionKey> readers =
        PrivateOpenings.readers(log.registry(), request, workers);
    boolean all =
        readers.containsKey(Signers.COORDINATOR)
            && workers.stream().map(Signers::worker).allMatch(readers::containsKey);
    return all ? Optional.of(readers) : Optional.empty();
  }
}
