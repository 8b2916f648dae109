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
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;

/** Everything that a shard remembers. Rebuilt in full by applying the same records again. */
final class ShardState {
  RegistrySnapshot registry = RegistrySnapshot.empty();

  /** Free stakes by worker. */
  private final Map<String, Stake> stakes = new HashMap<>();

  /** Requests whose escrow was granted and that are not accepted yet. */
  final Grants granted = new Grants();

  /** Open requests by id, in the order in which ticks visit them. */
  final TreeMap<String, RequestState> open = new TreeMap<>();

  /** Tasks of open requests. */
  final Map<Hash, RequestState> byTask = new HashMap<>();

  /** Requests whose cases are closed. */
  final Set<String> closed = new HashSet<>();

  /** Registrations and stakes on the spine that no seal covers yet; they count from there on. */
  final Deque<Pending> pending = new ArrayDeque<>();

  /** Offset of the last registration or stake that counted before a seal covered it. */
  long unsealed = -1;

  /** Witnesses that withheld their output for the next epoch, by id. */
  final Map<String, Removal> removals = new HashMap<>();

  /** Duty epochs for which something still counts, by number. */
  final TreeMap<Long, DutyState> duties = new TreeMap<>();

  /** Workers of which a PREFILL counted while no duty epoch ran; they answer for the next one. */
  final Set<String> workedBetween = new TreeSet<>();

  /** Requests accepted since the last duty epoch began, by what they ask for. */
  final Map<AskedSize, Integer> asked = new TreeMap<>();

  /** Number of the next duty epoch. */
  long dutyEpochs;

  SealChain seals = SealChain.start();

  final CaseClock clock = new CaseClock();

  /** Workers by the model that they are ready for, looked up once for each registry. */
  private final Map<Hash, List<Staked>> serving = new HashMap<>();

  private RegistrySnapshot served = registry;

  /** Those that a request accepted now could be given to. */
  List<Staked> staked(Hash modelId) {
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
  List<Staked> staked(Hash modelId, long lock) {
    long least = Math.max(1, lock);
    List<Staked> able = new ArrayList<>();
    for (Staked worker : serving(modelId)) {
      if (worker.stake.units >= least) {
        able.add(worker);
      }
    }
    return able;
  }

  private List<Staked> serving(Hash modelId) {
    if (served != registry) {
      serving.clear();
      served = registry;
    }
    return serving.computeIfAbsent(modelId, this::ready);
  }

  private List<Staked> ready(Hash modelId) {
    boolean duties = registry.parameters().filter(p -> DutyTerms.of(p).run()).isPresent();
    return registry.workers().values().stream()
        .filter(w -> w.serves(modelId) && (!duties || w.vrfKey().isPresent()))
        .map(w -> new Staked(w, stake(w.id())))
        .toList();
  }

  /** The free stake of a worker. */
  Stake stake(String worker) {
    return stakes.computeIfAbsent(worker, unknown -> new Stake());
  }

  /** Whether a request was granted before, whatever became of it. */
  boolean knows(String requestId) {
    return granted.holds(requestId) || closed.contains(requestId) || open.containsKey(requestId);
  }

  /** A record of the spine and the event in it. */
  record Pending(SignedRecord record, SpecificRecord event) {}

  /** What the ledger last said of a worker's free stake; an older word of it is a replay. */
  static final class Stake {
    long units;
    long offset;
  }

  /** A worker that takes tasks, and what it can lose. */
  record Staked(RegisteredWorker worker, Stake stake) {
    String id() {
      return worker.id();
    }
  }
}
