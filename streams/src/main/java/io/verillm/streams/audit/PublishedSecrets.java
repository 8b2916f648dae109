package io.verillm.streams.audit;

import io.verillm.events.Challenge;
import io.verillm.events.MemberRole;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.TaskProof;
import io.verillm.events.Verdict;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.draw.Draws;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.shard.Secrets;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The coordinator's secrets of one shard as challenges and verdicts opened them. A proof is filed
 * under the input that the rules give for it, so one that was made for anything else is never
 * found, and the core verifies what is found.
 */
final class PublishedSecrets implements Secrets {
  private final Map<Long, Hash> randomness;
  private final Map<ByteBuffer, byte[]> proofs = new HashMap<>();
  private final Map<ByteBuffer, byte[]> nonces = new HashMap<>();
  private final Map<String, String> authors = new HashMap<>();
  private final Map<String, Output> outputs = new HashMap<>();
  private final Set<String> opened = new HashSet<>();
  private final Set<ByteBuffer> tasks = new HashSet<>();

  PublishedSecrets(Map<Long, Hash> randomness) {
    this.randomness = randomness;
  }

  /** Takes what a challenge opens; throws IllegalArgumentException for fields of no valid shape. */
  void add(Challenge c) {
    UUID request = UUID.fromString(c.getRequestId());
    Hash drawn = randomness.get(c.getEpoch());
    Hash drawnCommittee = randomness.get(c.getCommitteeEpoch());
    if (drawn == null || drawnCommittee == null) {
      throw new IllegalArgumentException(
          "drawn in epoch %d or %d, which is not closed"
              .formatted(c.getEpoch(), c.getCommitteeEpoch()));
    }
    proof(Draws.challenge(request, c.getRound(), c.getPart(), drawn), c.getProof());
    proof(Draws.committee(request, c.getRound(), drawnCommittee), c.getCommitteeProof());
    for (RosterEntry entry : c.getRoster()) {
      boolean author = entry.getRole() == RosterRole.AUTHOR;
      tasks.add(entry.getTaskId());
      task(
          request,
          c.getSegment(),
          author,
          entry.getWorker(),
          entry.getRound(),
          entry.getAttempt(),
          entry.getTaskProof());
      nonces.put(entry.getTaskId(), Wire.bytes(entry.getNonce()));
      if (!author) {
        outputs.putIfAbsent(
            key(c.getRequestId(), c.getSegment()),
            new Output(c.getSize(), Wire.hash(entry.getContextHash())));
      }
    }
    opened.add(key(c.getRequestId(), c.getSegment()));
  }

  /** Takes what a verdict opens; throws IllegalArgumentException for fields of no valid shape. */
  void add(Verdict v, int promptLength) {
    UUID request = UUID.fromString(v.getRequestId());
    for (TaskProof proof : v.getProofs()) {
      boolean author = proof.getRole() == MemberRole.AUTHOR;
      tasks.add(proof.getTaskId());
      task(
          request,
          v.getSegment(),
          author,
          proof.getWorker(),
          proof.getRound(),
          proof.getAttempt(),
          proof.getProof());
    }
    String key = key(v.getRequestId(), v.getSegment());
    if (v.getPositions() > promptLength) {
      // Nothing was challenged, so no context hash is asked for; only the size counts.
      outputs.putIfAbsent(key, new Output(v.getPositions(), new Hash(new byte[Hash.LENGTH])));
    }
    opened.add(key);
  }

  /** Whether a challenge or verdict has opened anything of this case, named request/segment. */
  boolean isOpened(String requestAndSegment) {
    return opened.contains(requestAndSegment);
  }

  /** Whether a challenge or verdict says whose task this is. */
  boolean isTaskOpened(ByteBuffer taskId) {
    return tasks.contains(taskId);
  }

  private void task(
      UUID request,
      int segment,
      boolean author,
      String worker,
      int round,
      int attempt,
      ByteBuffer proof) {
    String purpose = author ? "author/" + segment : "checker/" + round;
    proof(Draws.task(request, purpose, worker, attempt), proof);
    if (author) {
      authors.put(key(request.toString(), segment) + "/" + attempt, worker);
    }
  }

  private void proof(byte[] alpha, ByteBuffer proof) {
    proofs.put(ByteBuffer.wrap(alpha), Wire.bytes(proof));
  }

  private static String key(String requestId, int segment) {
    return requestId + "/" + segment;
  }

  @Override
  public Optional<VrfProof> prove(byte[] alpha) {
    return Optional.ofNullable(proofs.get(ByteBuffer.wrap(alpha)))
        .filter(bytes -> bytes.length == VrfProof.LENGTH)
        .map(VrfProof::new);
  }

  @Override
  public Optional<String> author(
      String requestId, int segment, int attempt, List<String> candidates) {
    return Optional.ofNullable(authors.get(key(requestId, segment) + "/" + attempt))
        .filter(candidates::contains);
  }

  @Override
  public Optional<Output> output(String requestId, int segment) {
    return Optional.ofNullable(outputs.get(key(requestId, segment)));
  }

  @Override
  public byte[] nonce(Hash taskId) {
    // A task without a nonce is in no challenge; whatever is made of it will not equal the log.
    return nonces.getOrDefault(Wire.buffer(taskId), new byte[Hash.LENGTH]);
  }
}
