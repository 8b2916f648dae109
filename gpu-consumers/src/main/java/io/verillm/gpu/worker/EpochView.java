package io.verillm.gpu.worker;

import io.verillm.events.EpochClosed;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.log.ShownEpoch;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Closed epochs as one shard's spine shows them: the latest, and those that were asked for. Only
 * what is asked for is verified. For the listener's thread alone.
 */
final class EpochView {
  /** A closed epoch is some kilobytes, of which most is its seal. */
  private static final int LATEST_MAX = 512;

  private static final int VERIFIED_MAX = 256;
  private static final int WANTED_MAX = 1_024;

  private final String sealsTopic;
  private final Supplier<RegistrySnapshot> registry;
  private final Deque<ShownEpoch> latest = new ArrayDeque<>();
  private final List<WitnessRemoved> removed = new ArrayList<>();
  private final Recent<Long, ClosedEpoch> verified = new Recent<>(VERIFIED_MAX);

  /** Asked for and not there. */
  private final SortedSet<Long> wanted = new TreeSet<>();

  /** Asked for, and nowhere on the spine though later ones are. */
  private final Recent<Long, Boolean> absent = new Recent<>(WANTED_MAX);

  private long highest = -1;

  EpochView(String sealsTopic, Supplier<RegistrySnapshot> registry) {
    this.sealsTopic = sealsTopic;
    this.registry = registry;
  }

  /** The next record of the spine. */
  void add(WitnessRemoved event) {
    if (removed.size() < WANTED_MAX) {
      removed.add(event);
    }
  }

  /** The next record of the spine, or one that is read again. */
  void add(EpochClosed event) {
    ShownEpoch shown = new ShownEpoch(event, removed);
    removed.clear();
    highest = Math.max(highest, event.getEpoch());
    latest.addLast(shown);
    if (latest.size() > LATEST_MAX) {
      latest.removeFirst();
    }
    if (wanted.contains(event.getEpoch())) {
      verify(shown);
    }
  }

  /** The epoch, if a record that was read closes it; otherwise it is looked for from now on. */
  Optional<ClosedEpoch> find(long epoch) {
    if (verified.get(epoch) == null && wanted.size() < WANTED_MAX && absent.get(epoch) == null) {
      wanted.add(epoch);
      latest.stream().filter(shown -> shown.closed().getEpoch() == epoch).forEach(this::verify);
    }
    return Optional.ofNullable(verified.get(epoch));
  }

  private void verify(ShownEpoch shown) {
    RegistrySnapshot known = registry.get();
    Optional<VerifyKey> sealer = known.keyOf(Signers.SEALER);
    if (sealer.isPresent() && !known.sealVrfKeys().isEmpty()) {
      shown
          .verify(sealsTopic, sealer.get(), known.sealVrfKeys())
          .sound()
          .ifPresent(closed -> {
            verified.putFirst(closed.epoch(), closed);
            wanted.remove(closed.epoch());
          });
    }
  }

  /** Whether an epoch is looked for that lies before what was read last. */
  boolean misses() {
    return !wanted.isEmpty() && wanted.first() <= highest;
  }

  /** The spine was read from its beginning: what is missed is not there. */
  void giveUp() {
    SortedSet<Long> missed = wanted.headSet(highest + 1);
    missed.forEach(epoch -> absent.putFirst(epoch, Boolean.TRUE));
    missed.clear();
  }
}
