package io.verillm.protocol.shard;

import io.verillm.events.PrivateOpening;
import io.verillm.events.RequestInput;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.privacy.PrivateOpenings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** The coordinator's secrets; it gives a segment to the first worker by id that may have it. */
final class TestCoordinator implements Secrets {
  private final Map<String, String> authors = new HashMap<>();

  /** Names the first author whatever deciding thinks of it, as an admission that erred. */
  void names(String requestId, String worker) {
    authors.put(requestId + "/0/0", worker);
  }

  final Map<String, Boolean> last = new HashMap<>();

  /** By request. */
  final Map<String, RequestInput> inputs = new HashMap<>();

  /** By request/segment. */
  final Map<String, Output> outputs = new HashMap<>();

  @Override
  public Optional<VrfProof> prove(byte[] alpha) {
    return Optional.of(TestKeys.prove("coordinator", alpha));
  }

  @Override
  public Optional<String> author(
      String requestId, int segment, int attempt, List<String> candidates) {
    String place = requestId + "/" + segment + "/" + attempt;
    if (!candidates.isEmpty()) {
      authors.putIfAbsent(place, candidates.getFirst());
    }
    return Optional.ofNullable(authors.get(place));
  }

  @Override
  public Optional<Boolean> isLast(String requestId, int segment) {
    return Optional.ofNullable(last.get(requestId + "/" + segment));
  }

  @Override
  public Optional<RequestInput> input(String requestId) {
    return Optional.ofNullable(inputs.get(requestId));
  }

  @Override
  public Optional<Output> output(String requestId, int segment) {
    return Optional.ofNullable(outputs.get(requestId + "/" + segment));
  }

  @Override
  public byte[] nonce(Hash taskId) {
    return HashInput.of("nonce").add(taskId).hash().bytes();
  }

  /** Reads envelopes, where it has a key. */
  Optional<DecryptionKey> reader = Optional.empty();

  @Override
  public PrivateReading open(PrivateOpening event, SortedMap<String, EncryptionKey> readers) {
    return reader
        .<PrivateReading>map(key ->
            PrivateOpenings.open(event, key, Signers.COORDINATOR, readers)
                .<PrivateReading>map(PrivateReading.Opened::new)
                .orElse(new PrivateReading.Unsound()))
        .orElse(new PrivateReading.NoReader());
  }
}
