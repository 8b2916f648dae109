package io.verillm.protocol.shard;

import io.verillm.events.DutyBegun;
import io.verillm.events.FlagKind;
import io.verillm.events.ParametersSet;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.flag.DutyEpoch;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** One duty epoch, until nothing can change what was owed and met in it. */
final class DutyState {
  final DutyBegun announced;
  final DutyEpoch duty;

  /** Parameters in force where it began. */
  final ParametersSet parameters;

  /** Keys that were registered when the seed was not known yet, by worker. */
  final Map<String, VrfPublicKey> keys;

  /** Workers that could be given tasks while it ran: who had no chance to plant owes nothing. */
  final Set<String> active = new TreeSet<>();

  /** Slots whose flags were opened, by worker. */
  final Map<String, Set<Integer>> opened = new HashMap<>();

  /** What workers owed, slot by slot, as far as they proved it. */
  final Map<String, List<FlagKind>> proved = new HashMap<>();

  /** Case time at which its announcement was sealed; before that -1. */
  long since = -1;

  DutyState(DutyBegun announced, ParametersSet parameters, Map<String, VrfPublicKey> keys) {
    this.announced = announced;
    this.duty = DutyEpoch.of(announced);
    this.parameters = parameters;
    this.keys = Map.copyOf(keys);
  }

  /** Whether it runs no longer: another one begins. */
  boolean isOver(CaseClock clock) {
    return since >= 0 && clock.ticks() - since >= duty.terms().ticks();
  }

  /** Whether nothing more counts for it: time was left for proofs and late flags. */
  boolean isClosed(CaseClock clock) {
    return since >= 0 && clock.ticks() - since >= duty.terms().countedTicks();
  }

  boolean hasOpened(String worker, int slot) {
    return opened.getOrDefault(worker, Set.of()).contains(slot);
  }

  void open(String worker, int slot) {
    opened.computeIfAbsent(worker, first -> new HashSet<>()).add(slot);
  }

  /** Flags that a worker has to answer for; without a proof all that it could have owed. */
  int missing(String worker) {
    List<FlagKind> owed = proved.get(worker);
    return owed == null
        ? duty.terms().slots()
        : (int)
            IntStream.range(0, owed.size())
                .filter(slot -> owed.get(slot) != FlagKind.NONE && !hasOpened(worker, slot))
                .count();
  }
}
