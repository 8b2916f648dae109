package io.verillm.protocol.shard;

import io.verillm.events.Challenge;
import io.verillm.events.MemberRole;
import io.verillm.events.PrivateOpening;
import io.verillm.events.RequestInput;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.TaskProof;
import io.verillm.events.Verdict;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.draw.Draws;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.privacy.PrivateOpenings;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an audit knows instead of the coordinator's secrets: everything that challenges and verdicts
 * have opened. A reader gives it every such event of the log, in order, before it applies the first
 * record to a {@link Shard}; the shard then publishes the same events again, or the log lies. A
 * case that the log does not open yet stays where it is.
 *
 * <p>Events need their signatures checked before. What a coordinator could still write into them
 * does no harm: entries of a wrong length and proofs that prove nothing count as absent, and of two
 * claims about the same thing the first stays, so that the second shows as a difference.
 */
public final class PublishedProofs implements Secrets {
  private static final Hash UNKNOWN = new Hash(new byte[Hash.LENGTH]);
  private static final byte[] NO_NONCE = {};

  private final VrfPublicKey key;

  /** By the draw's input; for draws from an epoch's randomness, by the input without it. */
  private final Map<ByteBuffer, Set<VrfProof>> proofs = new HashMap<>();

  private final Map<Attempt, String> authors = new HashMap<>();
  private final Map<Case, Integer> sizes = new HashMap<>();

  private final Map<String, RequestInput> inputs = new HashMap<>();

  /** Segments of a request that were begun. */
  private final Map<String, Integer> begun = new HashMap<>();

  private final Map<Case, Hash> segments = new HashMap<>();

  /** Hashes of all ids up to a segment's end. */
  private final Map<Case, Hash> answers = new HashMap<>();

  private final Map<Hash, byte[]> nonces = new HashMap<>();

  private @Nullable Reader reader;

  /** A party of private requests. */
  private record Reader(String party, DecryptionKey key) {}

  private record Case(String requestId, int segment) {}

  private record Attempt(Case of, int attempt) {}

  /**
   * Knows nothing yet.
   *
   * @param key the coordinator's VRF key
   */
  public PublishedProofs(VrfPublicKey key) {
    this.key = key;
  }

  /** Takes what a challenge opens. */
  public void add(Challenge challenge) {
    Optional<UUID> id = uuid(challenge.getRequestId());
    if (id.isEmpty()) {
      return;
    }
    Case of = new Case(challenge.getRequestId(), challenge.getSegment());
    int round = challenge.getRound();
    proof(
        withoutRandomness(Draws.committee(id.get(), round, UNKNOWN)),
        challenge.getCommitteeProof());
    proof(
        withoutRandomness(Draws.challenge(id.get(), round, challenge.getPart(), UNKNOWN)),
        challenge.getProof());
    begun.putIfAbsent(challenge.getRequestId(), challenge.getSegments());
    if (challenge.getInput() != null) {
      inputs.putIfAbsent(challenge.getRequestId(), challenge.getInput());
    }
    List<Integer> ends = challenge.getEnds();
    for (int segment = 0; segment < ends.size(); segment++) {
      sizes.putIfAbsent(new Case(of.requestId(), segment), ends.get(segment));
    }
    challenge.getRoster().forEach(entry -> entry(id.get(), of, entry, ends.size()));
  }

  private void entry(UUID id, Case of, RosterEntry entry, int finished) {
    boolean authored = entry.getAuthored() >= 0;
    task(
        id,
        new Case(of.requestId(), entry.getAuthored()),
        authored,
        entry.getRound(),
        entry.getWorker(),
        entry.getAttempt(),
        entry.getTaskProof());
    hash(entry.getTaskId()).ifPresent(t -> nonces.putIfAbsent(t, Wire.bytes(entry.getNonce())));
    Optional<Hash> output = hash(entry.getOutputHash());
    if (entry.getRole() == RosterRole.AUTHOR) {
      output.ifPresent(o -> segments.putIfAbsent(of, o));
    } else {
      int held = authored ? entry.getAuthored() : finished;
      output.ifPresent(o -> answers.putIfAbsent(new Case(of.requestId(), held - 1), o));
    }
  }

  /** Takes the tasks and the committee that a verdict opens because no challenge did. */
  public void add(Verdict verdict) {
    Case of = new Case(verdict.getRequestId(), verdict.getSegment());
    uuid(verdict.getRequestId())
        .ifPresent(id -> {
          verdict.getProofs().forEach(proof -> entry(id, of, proof));
          if (verdict.getCommitteeProof().hasRemaining()) {
            begun.putIfAbsent(of.requestId(), verdict.getSegments());
            proof(
                withoutRandomness(Draws.committee(id, verdict.getRound(), UNKNOWN)),
                verdict.getCommitteeProof());
          }
        });
  }

  private void entry(UUID id, Case of, TaskProof proof) {
    boolean author = proof.getRole() == MemberRole.AUTHOR;
    task(id, of, author, proof.getRound(), proof.getWorker(), proof.getAttempt(), proof.getProof());
  }

  private void task(
      UUID id, Case of, boolean author, int round, String worker, int attempt, ByteBuffer proof) {
    String purpose = author ? TaskPurpose.author(of.segment()) : TaskPurpose.checker(round);
    byte[] alpha;
    try {
      alpha = Draws.task(id, purpose, worker, attempt);
    } catch (IllegalArgumentException e) {
      // No worker has a name that is not well-formed text.
      return;
    }
    proof(alpha, proof);
    if (author) {
      authors.putIfAbsent(new Attempt(of, attempt), worker);
    }
  }

  private void proof(byte[] index, ByteBuffer proof) {
    if (proof.remaining() == VrfProof.LENGTH) {
      proofs
          .computeIfAbsent(ByteBuffer.wrap(index), unknown -> new LinkedHashSet<>())
          .add(new VrfProof(Wire.bytes(proof)));
    }
  }

  private static byte[] withoutRandomness(byte[] alpha) {
    return Arrays.copyOf(alpha, Math.max(0, alpha.length - Hash.LENGTH));
  }

  private static Optional<Hash> hash(ByteBuffer field) {
    return field.remaining() == Hash.LENGTH ? Optional.of(Wire.hash(field)) : Optional.empty();
  }

  private static Optional<UUID> uuid(String id) {
    try {
      return Optional.of(UUID.fromString(id));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The first published proof that proves something for this input. */
  @Override
  public Optional<VrfProof> prove(byte[] alpha) {
    Set<VrfProof> found =
        proofs.getOrDefault(
            ByteBuffer.wrap(alpha),
            proofs.getOrDefault(ByteBuffer.wrap(withoutRandomness(alpha)), Set.of()));
    return found.stream().filter(proof -> key.verify(alpha, proof).isPresent()).findFirst();
  }

  @Override
  public Optional<String> author(
      String requestId, int segment, int attempt, List<String> candidates) {
    return Optional.ofNullable(authors.get(new Attempt(new Case(requestId, segment), attempt)));
  }

  @Override
  public Optional<Boolean> isLast(String requestId, int segment) {
    return Optional.ofNullable(begun.get(requestId)).map(segments -> segment == segments - 1);
  }

  /** The input as the first challenge shows it. */
  @Override
  public Optional<RequestInput> input(String requestId) {
    return Optional.ofNullable(inputs.get(requestId));
  }

  /** The output as the first challenge says; hashes are zeros where nobody had to open them. */
  @Override
  public Optional<Output> output(String requestId, int segment) {
    Case of = new Case(requestId, segment);
    return Optional.ofNullable(sizes.get(of))
        .map(size ->
            new Output(
                size, segments.getOrDefault(of, UNKNOWN), answers.getOrDefault(of, UNKNOWN)));
  }

  /** Lets this audit read what is encrypted to one party of private requests. */
  public PublishedProofs readingAs(String party, DecryptionKey key) {
    reader = new Reader(party, key);
    return this;
  }

  @Override
  public PrivateReading open(PrivateOpening event, SortedMap<String, EncryptionKey> readers) {
    if (reader == null || !reads(reader, readers)) {
      return new PrivateReading.NoReader();
    }
    return PrivateOpenings.open(event, reader.key(), reader.party(), readers)
        .<PrivateReading>map(PrivateReading.Opened::new)
        .orElse(new PrivateReading.Unsound());
  }

  /** The same name with another key is another party: of another request, perhaps. */
  private static boolean reads(Reader reader, SortedMap<String, EncryptionKey> readers) {
    return reader.key().publicKey().equals(readers.get(reader.party()));
  }

  /** The task's nonce; empty bytes where no challenge has published it. */
  @Override
  public byte[] nonce(Hash taskId) {
    return nonces.getOrDefault(taskId, NO_NONCE).clone();
  }
}
