package io.verillm.protocol.shard;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.log.SealChain;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Everything that a shard remembers. Rebuilt in full by applying the same records again. */
final class ShardState {
  RegistrySnapshot registry = RegistrySnapshot.empty();

  /** Free stake by worker, as the ledger last said. */
  final Map<String, Long> stakes = new HashMap<>();

  /** Requests whose escrow was granted and that are not accepted yet. */
  final Set<String> granted = new HashSet<>();

  /** Open cases by request and segment, in the order in which ticks visit them. */
  final TreeMap<String, CaseState> open = new TreeMap<>();

  /** Tasks of open cases. */
  final Map<Hash, CaseState> byTask = new HashMap<>();

  /** Requests whose cases are closed. */
  final Set<String> closed = new HashSet<>();

  SealChain seals = SealChain.start();

  static String key(String requestId, int segment) {
    return requestId + "/" + segment;
  }
}
