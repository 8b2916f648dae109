package io.verillm.streams.coordinator;

import io.verillm.events.PrivateOpening;
import io.verillm.events.RequestInput;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.draw.Candidate;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.privacy.PrivateOpenings;
import io.verillm.protocol.shard.Secrets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** The coordinator's own answers: its VRF key, and what admission keeps. */
final class LiveSecrets implements Secrets {
  private final CoordinatorKeys keys;
  private final PrivateStore store;
  private final OpenTurns turns;

  LiveSecrets(CoordinatorKeys keys, PrivateStore store, OpenTurns turns) {
    this.keys = keys;
    this.store = store;
    this.turns = turns;
  }

  @Override
  public Optional<VrfProof> prove(byte[] alpha) {
    return Optional.of(keys.vrf().prove(alpha));
  }

  @Override
  public Optional<String> author(
      String requestId, int segment, int attempt, List<String> candidates) {
    PrivateRequest request = store.request(requestId).orElseThrow();
    List<String> known = request.segment(segment).authors;
    if (attempt < known.size()) {
      return Optional.of(known.get(attempt));
    }
    List<Candidate> covered = turns.covered(candidates);
    Optional<String> chosen =
        Authors.drawn(
            covered.isEmpty() ? turns.staked(candidates) : covered,
            keys.author(requestId, segment, attempt));
    chosen.ifPresent(known::add);
    store.put(request);
    return chosen;
  }

  @Override
  public Optional<Boolean> isLast(String requestId, int segment) {
    PrivateRequest request = store.request(requestId).orElseThrow();
    return segment < request.segments.size() && request.segments.get(segment).outputReceived
        ? Optional.of(request.segments.get(segment).last)
        : Optional.empty();
  }

  @Override
  public Optional<RequestInput> input(String requestId) {
    return Optional.of(store.request(requestId).orElseThrow().input(keys));
  }

  @Override
  public Optional<Output> output(String requestId, int segment) {
    PrivateRequest request = store.request(requestId).orElseThrow();
    if (segment >= request.segments.size() || !request.segments.get(segment).outputReceived) {
      return Optional.empty();
    }
    int[] answer = request.answer(segment + 1);
    return Optional.of(
        new Output(
            request.promptIds.length + answer.length,
            Digests.outputHash(request.segments.get(segment).outputIds),
            Digests.outputHash(answer)));
  }

  @Override
  public byte[] nonce(Hash taskId) {
    return keys.nonce(taskId).bytes();
  }

  @Override
  public PrivateReading open(PrivateOpening event, SortedMap<String, EncryptionKey> readers) {
    return PrivateOpenings.open(event, keys.decryption(), Signers.COORDINATOR, readers)
        .<PrivateReading>map(PrivateReading.Opened::new)
        .orElse(new PrivateReading.Unsound());
  }
}
