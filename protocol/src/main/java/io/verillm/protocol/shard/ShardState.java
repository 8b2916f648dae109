package io.verillm.protocol.shard;

import io.verillm.events.ParametersSet;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.log.Removal;
import io.verillm.protocol.log.SealChain;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.registry.RegisteredWorker;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Everything that a shard remembers. Rebuilt in full by applying the same records again. */
final class ShardState {
  RegistrySnapshot registry = RegistrySnapshot.empty();

  /** Free stake by worker, as the ledger last said. */
  final Map<String, Long> stakes = new HashMap<>();

  /** Offset of the ledger's last word about each stake; an older word is a replay. */
  final Map<String, Long> stakeOffsets = new HashMap<>();

  /** Requests whose escrow was granted and that are not accepted yet. */
  final Grants granted = new Grants();

  /** Open requests by id, in the order in which ticks visit them. */
  final TreeMap<String, RequestState> open = new TreeMap<>();

  /** Tasks of open requests. */
  final Map<Hash, RequestState> byTask = new HashMap<>();

  /** Requests whose cases are closed. */
  final Set<String> closed = new HashSet<>();

  /** Registrations and stakes on the spine that no seal covers yet; they count from there on. */
  final Deque<SignedRecord> pending = new ArrayDeque<>();

  /** Offset of the last registration or stake that counted before a seal covered it. */
  long unsealed = -1;

  /** Witnesses that withheld their output for the next epoch, by id. */
  final Map<String, Removal> removals = new HashMap<>();

  /** Duty epochs for which something still counts, by number. */
  final TreeMap<Long, DutyState> duties = new TreeMap<>();

  /** Workers of which a PREFILL counted while no duty epoch ran; they answer for the next one. */
  final Set<String> workedBetween = new TreeSet<>();

  /** Number of the next duty epoch. */
  long dutyEpochs;

  SealChain seals = SealChain.start();

  final CaseClock clock = new CaseClock();

  /** Those that a request accepted now could be given to. */
  List<RegisteredWorker> staked(Hash modelId) {
    return staked(modelId, lock());
  }

  /** The lock of the parameters in force. */
  long lock() {
    return registry.parameters().map(ParametersSet::getLock).orElse(0L);
  }

  /**
   * Workers ready for a model that can lose something: authors and checkers come from here. Where
   * duties run it is those alone that can owe flags.
   */
  List<RegisteredWorker> staked(Hash modelId, long lock) {
    boolean duties = registry.parameters().filter(p -> DutyTerms.of(p).run()).isPresent();
    return registry.workers().values().stream()
        .filter(w -> !duties || w.vrfKey().isPresent())
        .filter(w -> w.serves(modelId) && stakes.getOrDefault(w.id(), 0L) >= Math.max(1, lock))
        .toList();
  }

  /** Whether a request was granted before, whatever became of it. */
  boolean knows(String requestId) {
    return granted.holds(requestId) || closed.contains(requestId) || open.containsKey(requestId);
  }
}
