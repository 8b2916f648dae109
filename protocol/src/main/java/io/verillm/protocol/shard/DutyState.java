package io.verillm.protocol.shard;

import io.verillm.events.DutyBegun;
import io.verillm.events.FlagKind;
import io.verillm.events.ParametersSet;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.flag.DutyEpoch;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One duty epoch, until nothing can change what was owed and met in it. */
final class DutyState {
  final DutyBegun announced;
  final DutyEpoch duty;

  /** Parameters in force where it began. */
  final ParametersSet parameters;

  /** Keys that were registered when the seed was not known yet, by worker. */
  final Map<String, VrfPublicKey> keys;

  /** Workers of which a PREFILL counted since it was announced, until the next one was. */
  final Set<String> worked = new TreeSet<>();

  private final Set<String> workedBefore;

  /** Slots whose flags were opened, by worker. */
  final Map<String, Set<Integer>> opened = new HashMap<>();

  /** What workers owed, slot by slot, as far as they proved it. */
  final Map<String, List<FlagKind>> proved = new HashMap<>();

  /** Case time at which its announcement was sealed; before that -1. */
  long since = -1;

  /**
   * A duty epoch that was announced.
   *
   * @param workedBefore who worked while the one before it ran, when nobody knew this one's seed
   */
  DutyState(
      DutyBegun announced,
      ParametersSet parameters,
      Map<String, VrfPublicKey> keys,
      Set<String> workedBefore) {
    this.announced = announced;
    this.duty = DutyEpoch.of(announced);
    this.parameters = parameters;
    this.keys = Map.copyOf(keys);
    this.workedBefore = Set.copyOf(workedBefore);
  }

  /** Whether this announces it, whatever it says of what was asked for before. */
  boolean isAnnouncedBy(DutyBegun event) {
    return DutyBegun.newBuilder(announced)
        .setAsked(event.getAsked())
        .setSlots(event.getSlots())
        .build()
        .equals(event);
  }

  /** The same, as it is announced. */
  DutyState toldBy(DutyBegun event) {
    if (announced.equals(event)) {
      return this;
    }
    DutyState told = new DutyState(event, parameters, keys, workedBefore);
    told.worked.addAll(worked);
    return told;
  }

  /**
   * Who answers for it, in order. What a worker did before the seed was known cannot be taken back,
   * so it does not choose its duties by being there or not. Who is registered and does nothing owes
   * nothing.
   */
  Stream<String> answering() {
    return Stream.concat(worked.stream(), workedBefore.stream())
        .filter(keys::containsKey)
        .distinct()
        .sorted();
  }

  /** Whether it runs no longer: another one begins. */
  boolean isOver(CaseClock clock) {
    return since >= 0 && clock.ticks() - since >= duty.terms().ticks();
  }

  /** Whether nothing more counts for it: time was left for proofs and late flags. */
  boolean isClosed(CaseClock clock) {
    return since >= 0 && clock.ticks() - since >= duty.terms().countedTicks();
  }

  /** The VRF output of a worker's slot; empty where its proof proves nothing. */
  Optional<Hash> output(String worker, int slot, byte[] proof) {
    return Optional.ofNullable(keys.get(worker))
        .flatMap(key -> duty.output(worker, slot, proof, key));
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
