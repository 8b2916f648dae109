package io.verillm.streams.audit;

import io.verillm.events.PrivateOpening;
import io.verillm.events.RequestInput;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.privacy.PrivateOpenings;
import io.verillm.protocol.shard.Secrets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** The coordinator's secrets in a recorded run: authors take turns. */
final class RunSecrets implements Secrets {
  final Set<String> outputs = new HashSet<>();

  /** Requests whose output it says it has lost. */
  final Set<String> lost = new HashSet<>();

  private final Map<String, String> authors = new HashMap<>();

  @Override
  public Optional<VrfProof> prove(byte[] alpha) {
    return Optional.of(RunKeys.vrf("coordinator").prove(alpha));
  }

  @Override
  public Optional<String> author(
      String requestId, int segment, int attempt, List<String> candidates) {
    String place = requestId + "/" + segment + "/" + attempt;
    if (!candidates.isEmpty()) {
      authors.putIfAbsent(place, candidates.get(authors.size() % candidates.size()));
    }
    return Optional.ofNullable(authors.get(place));
  }

  @Override
  public Optional<Boolean> isLast(String requestId, int segment) {
    return Optional.of(segment == RunTask.handovers(requestId));
  }

  @Override
  public Optional<RequestInput> input(String requestId) {
    return Optional.of(RunTask.input(requestId));
  }

  @Override
  public Optional<Output> output(String requestId, int segment) {
    return outputs.contains(requestId + "/" + segment) && !lost.contains(requestId)
        ? Optional.of(RunTask.output(requestId, segment))
        : Optional.empty();
  }

  @Override
  public byte[] nonce(Hash taskId) {
    return HashInput.of("nonce").add(taskId).hash().bytes();
  }

  @Override
  public PrivateReading open(PrivateOpening event, SortedMap<String, EncryptionKey> readers) {
    String party = Signers.COORDINATOR;
    return PrivateOpenings.open(event, RunKeys.reader(party), party, readers)
        .<PrivateReading>map(PrivateReading.Opened::new)
        .orElse(new PrivateReading.Unsound());
  }
}
