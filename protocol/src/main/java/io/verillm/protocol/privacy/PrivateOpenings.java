package io.verillm.protocol.privacy;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.Opening;
import io.verillm.events.OpeningReader;
import io.verillm.events.PrivateOpening;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.envelope.Envelope;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Openings of private mode: who reads them, and the way into and out of their envelopes. */
public final class PrivateOpenings {
  private PrivateOpenings() {}

  /** Whether a request's openings are for its parties only. */
  public static boolean isPrivate(Accepted accepted) {
    return accepted.getEncryptionKey().hasRemaining();
  }

  /** Workers that must be able to read what a challenge asks for. */
  public static List<String> workers(Challenge challenge) {
    return challenge.getRoster().stream()
        .filter(RosterEntry::getCommitted)
        .filter(entry ->
            entry.getRole() == RosterRole.AUTHOR || entry.getRound() == challenge.getRound())
        .map(RosterEntry::getWorker)
        .toList();
  }

  /**
   * Who must be able to read an opening of a private request: requester, coordinator, and these
   * workers.
   *
   * @param workers author and members of the round that have to open, by the challenge's roster
   * @throws IllegalArgumentException if the requester's key is none
   */
  public static SortedMap<String, EncryptionKey> readers(
      RegistrySnapshot registry, Accepted accepted, Collection<String> workers) {
    TreeMap<String, EncryptionKey> readers = new TreeMap<>();
    byte[] requester = Wire.bytes(accepted.getEncryptionKey());
    readers.put(
        Signers.REQUESTER,
        EncryptionKey.parse(requester)
            .orElseThrow(() -> new IllegalArgumentException("the requester's key is none")));
    add(readers, registry, Signers.COORDINATOR);
    workers.forEach(worker -> add(readers, registry, Signers.worker(worker)));
    return readers;
  }

  private static void add(
      TreeMap<String, EncryptionKey> readers, RegistrySnapshot registry, String party) {
    Optional.ofNullable(registry.encryptionKeys().get(party))
        .ifPresent(key -> readers.put(party, key));
  }

  /**
   * Puts an opening into an envelope.
   *
   * @param secret the worker's, 32 bytes
   */
  public static PrivateOpening seal(
      byte[] secret, Opening opening, SortedMap<String, EncryptionKey> readers) {
    Hash taskId = Wire.hash(opening.getTaskId());
    Envelope envelope =
        Envelope.seal(
            secret,
            context(
                opening.getRequestId(),
                opening.getSegment(),
                opening.getRound(),
                opening.getPart(),
                taskId,
                opening.getWorker()),
            EventCodec.encode(opening),
            readers);
    return new PrivateOpening(
        opening.getRequestId(),
        opening.getSegment(),
        opening.getRound(),
        opening.getPart(),
        Wire.buffer(taskId),
        opening.getWorker(),
        Wire.buffer(envelope.digest()),
        envelope.wraps().entrySet().stream()
            .map(wrap -> new OpeningReader(wrap.getKey(), Wire.buffer(wrap.getValue())))
            .toList(),
        Wire.buffer(envelope.ciphertext()));
  }

  /**
   * The opening, if the envelope is sound for all of its readers and holds the opening that it says
   * it does; empty for anything else.
   *
   * @param reader the reader's name: requester, coordinator, or worker:id
   * @param readers who must be able to read it
   */
  public static Optional<Opening> open(
      PrivateOpening event,
      DecryptionKey key,
      String reader,
      SortedMap<String, EncryptionKey> readers) {
    TreeMap<String, byte[]> wraps = new TreeMap<>();
    event.getReaders().forEach(r -> wraps.put(r.getName(), Wire.bytes(r.getWrap())));
    if (event.getDigest().remaining() != Hash.LENGTH
        || event.getTaskId().remaining() != Hash.LENGTH
        || wraps.size() != event.getReaders().size()) {
      return Optional.empty();
    }
    Hash context =
        context(
            event.getRequestId(),
            event.getSegment(),
            event.getRound(),
            event.getPart(),
            Wire.hash(event.getTaskId()),
            event.getWorker());
    return new Envelope(Wire.hash(event.getDigest()), wraps, Wire.bytes(event.getCiphertext()))
        .open(key, reader, context, readers)
        .flatMap(PrivateOpenings::decode)
        .filter(opening -> isOf(opening, event));
  }

  private static Optional<Opening> decode(byte[] text) {
    try {
      return Optional.of(EventCodec.decode(text, Opening.class));
    } catch (UndecodableEvent e) {
      return Optional.empty();
    }
  }

  private static boolean isOf(Opening opening, PrivateOpening event) {
    return opening.getRequestId().equals(event.getRequestId())
        && opening.getSegment() == event.getSegment()
        && opening.getRound() == event.getRound()
        && opening.getPart() == event.getPart()
        && opening.getTaskId().equals(event.getTaskId())
        && opening.getWorker().equals(event.getWorker());
  }

  static Hash context(
      String requestId, int segment, int round, int part, Hash taskId, String worker) {
    return HashInput.of("private-opening")
        .add(requestId)
        .add(segment)
        .add(round)
        .add(part)
        .add(taskId)
        .add(worker)
        .hash();
  }
}
