package io.verillm.protocol.sim;

import io.verillm.events.RequestInput;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.shard.Secrets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The coordinator's secrets: it chooses authors at random and gives flags to their sentinels. */
final class SimCoordinator implements Secrets {
  /** Authors that a segment may have. */
  private static final int ATTEMPTS = 2;

  private final KeyRing keys;
  private final long seed;
  private final Map<String, Map<Integer, String>> authors = new HashMap<>();
  private final Map<String, String> sentinels = new HashMap<>();
  private final Map<String, String> admitted = new HashMap<>();
  private final Map<String, RequestInput> inputs = new HashMap<>();
  private final Map<String, List<Heard>> outputs = new HashMap<>();

  /** A segment as it was heard. */
  private record Heard(Output output, boolean last) {}

  SimCoordinator(KeyRing keys, long seed) {
    this.keys = keys;
    this.seed = seed;
  }

  /** The first author of this request must be this worker. */
  void sentinel(String requestId, String worker) {
    sentinels.put(requestId, worker);
  }

  /** Who has the stake to write this request, when it is accepted. */
  void admitted(String requestId, String worker) {
    admitted.put(requestId, worker);
  }

  /** What a request's answer follows from. */
  void asked(String requestId, RequestInput input) {
    inputs.put(requestId, input);
  }

  /** The next segment was heard to its end. */
  void output(String requestId, int segment, Output output, boolean last) {
    List<Heard> heard = outputs.computeIfAbsent(requestId, unknown -> new ArrayList<>());
    heard.subList(segment, heard.size()).clear();
    heard.add(new Heard(output, last));
  }

  void forget(String requestId) {
    inputs.remove(requestId);
    outputs.remove(requestId);
    sentinels.remove(requestId);
    admitted.remove(requestId);
    authors.remove(requestId);
  }

  @Override
  public Optional<VrfProof> prove(byte[] alpha) {
    return Optional.of(keys.prove(Signers.COORDINATOR, alpha));
  }

  @Override
  public Optional<String> author(
      String requestId, int segment, int attempt, List<String> candidates) {
    if (candidates.isEmpty()) {
      // The first was chosen before all stake was locked.
      return segment + attempt == 0
          ? Optional.ofNullable(admitted.get(requestId))
          : Optional.empty();
    }
    return Optional.of(
        authors
            .computeIfAbsent(requestId, unknown -> new HashMap<>())
            .computeIfAbsent(
                segment * ATTEMPTS + attempt, place -> chosen(requestId, place, candidates)));
  }

  private String chosen(String requestId, int place, List<String> candidates) {
    String sentinel = sentinels.get(requestId);
    if (place == 0 && sentinel != null && candidates.contains(sentinel)) {
      return sentinel;
    }
    int drawn = Noise.of(seed, 11, requestId.hashCode(), place).nextInt(candidates.size());
    return candidates.get(drawn);
  }

  @Override
  public Optional<Boolean> isLast(String requestId, int segment) {
    return heard(requestId, segment).map(Heard::last);
  }

  @Override
  public Optional<RequestInput> input(String requestId) {
    return Optional.ofNullable(inputs.get(requestId));
  }

  @Override
  public Optional<Output> output(String requestId, int segment) {
    return heard(requestId, segment).map(Heard::output);
  }

  private Optional<Heard> heard(String requestId, int segment) {
    List<Heard> heard = outputs.getOrDefault(requestId, List.of());
    return segment < heard.size() ? Optional.of(heard.get(segment)) : Optional.empty();
  }

  @Override
  public byte[] nonce(Hash taskId) {
    return HashInput.of("nonce").add(taskId).add(seed).hash().bytes();
  }
}
