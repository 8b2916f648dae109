package io.verillm.protocol.sim;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.shard.Secrets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The coordinator's secrets: it chooses authors at random and gives flags to their sentinels. */
final class SimCoordinator implements Secrets {
  private final KeyRing keys;
  private final long seed;
  private final Map<String, String> authors = new HashMap<>();
  private final Map<String, String> sentinels = new HashMap<>();
  private final Map<String, Output> outputs = new HashMap<>();

  SimCoordinator(KeyRing keys, long seed) {
    this.keys = keys;
    this.seed = seed;
  }

  /** The first author of this request must be this worker. */
  void sentinel(String requestId, String worker) {
    sentinels.put(requestId, worker);
  }

  void output(String requestId, Output output) {
    outputs.put(requestId, output);
  }

  void forget(String requestId) {
    outputs.remove(requestId);
    sentinels.remove(requestId);
    authors.remove(requestId + "/0");
    authors.remove(requestId + "/1");
  }

  @Override
  public Optional<VrfProof> prove(byte[] alpha) {
    return Optional.of(keys.prove(Signers.COORDINATOR, alpha));
  }

  @Override
  public Optional<String> author(
      String requestId, int segment, int attempt, List<String> candidates) {
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        authors.computeIfAbsent(
            requestId + "/" + attempt, place -> chosen(requestId, attempt, candidates)));
  }

  private String chosen(String requestId, int attempt, List<String> candidates) {
    String sentinel = sentinels.get(requestId);
    if (attempt == 0 && sentinel != null && candidates.contains(sentinel)) {
      return sentinel;
    }
    int drawn = Noise.of(seed, 11, requestId.hashCode(), attempt).nextInt(candidates.size());
    return candidates.get(drawn);
  }

  /** Every simulated answer is one segment. */
  @Override
  public Optional<Boolean> isLast(String requestId, int segment) {
    return output(requestId, segment).map(output -> true);
  }

  @Override
  public Optional<Output> output(String requestId, int segment) {
    return Optional.ofNullable(outputs.get(requestId));
  }

  @Override
  public byte[] nonce(Hash taskId) {
    return HashInput.of("nonce").add(taskId).add(seed).hash().bytes();
  }
}
