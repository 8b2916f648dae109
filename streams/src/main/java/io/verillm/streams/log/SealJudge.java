package io.verillm.streams.log;

import io.verillm.events.Cosignature;
import io.verillm.events.SealRefused;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.Checked;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.LogFault;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SealChain;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealState;
import io.verillm.streams.log.SealArrivals.Arrival;
import io.verillm.topics.Catalogue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What one witness makes of the seals that come, in their order.
 *
 * <p>A seal whose time lies too far behind the witness' clock is held back until a seal in time
 * follows it: the delay may have been the witness' own (a restart, a busy machine), and a sealer
 * whose clock stays wrong gets nothing.
 */
final class SealJudge {
  private static final Logger LOG = LoggerFactory.getLogger(SealJudge.class);

  private static final String COSIGNATURES = Catalogue.local().cosignatures().name();

  private final String witness;
  private final PublicLog log;
  private final SealArrivals arrivals;
  private final Map<Long, Hash> cosignedBefore = new HashMap<>();
  private final Deque<Arrival> waiting = new ArrayDeque<>();
  private final List<Arrival> held = new ArrayList<>();
  private final FaultCounts faults = new FaultCounts();
  private final List<Refusal> refusals = new ArrayList<>();
  private SealState state;

  /** Why nothing more is cosigned; null while the witness goes on. */
  private @Nullable LogFault stopped;

  /**
   * Behind the last seal that the witness cosigned.
   *
   * @param log holds the witness' own records behind that seal
   */
  SealJudge(String witness, VerifyKey sealerKey, SealState start, PublicLog log) {
    this.witness = witness;
    this.arrivals = new SealArrivals(sealerKey);
    this.state = start;
    this.log = log;
  }

  /** This witness cosigned that seal before it was started: no other of that epoch is first. */
  void seen(long epoch, Hash sealHash) {
    arrivals.seen(epoch, sealHash);
  }

  /** A record of the seals topic came. */
  void arrived(SignedRecord record, long nowMillis) {
    Checked<Optional<Arrival>> arrival = arrivals.admit(record, nowMillis);
    arrival.sound().flatMap(found -> found).ifPresent(waiting::addLast);
    refuse(arrival);
    if (arrival.refusal().filter(LogFault.FORK::equals).isPresent()) {
      stopped = LogFault.FORK;
      SealCheck.decode(record.value())
          .sound()
          .ifPresent(seal ->
              refusals.add(
                  new Refusal(
                      seal.getEpoch(), Beacon.sealHash(record.value()), LogFault.FORK, nowMillis)));
    }
  }

  /** This witness' own cosignature lies on the log: from now on it stands for that seal alone. */
  void cosignedBefore(Cosignature own) {
    if (own.getEpoch() >= state.chain().nextEpoch()) {
      cosignedBefore.put(own.getEpoch(), Wire.hash(own.getSealHash()));
    }
  }

  /** This witness said before that the log is forked, and stays by it. */
  void refusedBefore(SealRefused own) {
    if (own.getFault().equals(LogFault.FORK.name())) {
      stopped = LogFault.FORK;
    }
  }

  /**
   * A seal that this witness will not cosign.
   *
   * @param nowMillis the witness' clock when the seal came
   */
  record Refusal(long epoch, Hash sealHash, LogFault fault, long nowMillis) {}

  /** Takes out what was refused and must be said to others. */
  List<Refusal> refusals() {
    List<Refusal> taken = List.copyOf(refusals);
    refusals.clear();
    return taken;
  }

  /** Whether seals wait for records that are on their way. */
  boolean waits() {
    return !waiting.isEmpty();
  }

  /** Judges every seal whose records have been read; gives those to cosign now, in order. */
  List<Arrival> judge() {
    List<Arrival> sound = new ArrayList<>();
    while (!waiting.isEmpty() && judged(waiting.getFirst(), sound)) {
      waiting.removeFirst();
    }
    if (stopped != null) {
      // Nothing will ever be checked against them, and late ones wait for nothing.
      log.takeAll();
      held.clear();
    }
    return sound;
  }

  /** Seals that were refused or held back, by fault. */
  Map<LogFault, Long> faults() {
    return faults.counts();
  }

  private boolean judged(Arrival arrival, List<Arrival> sound) {
    if (stopped != null) {
      report(arrival.seal().getEpoch(), stopped, "behind a refused seal");
      return true;
    }
    Checked<SealChain> chained = state.chain().follow(arrival.seal(), arrival.sealHash());
    if (chained.refusal().isPresent()) {
      refuse(arrival, chained);
      return true;
    }
    Map<LogPartition, Long> ends = SealRanges.ends(arrival.seal());
    if (!log.hasRead(ends)) {
      if (log.holds(ends)) {
        return false;
      }
      refuse(arrival, new Checked.Refused<>(LogFault.RECORDS_MISSING, "ranges " + ends));
      return true;
    }
    EpochRecords own = log.take(ends);
    Checked<SealState> checked =
        SealCheck.check(state, arrival.record().value(), own)
            .then(next -> whole(arrival, next))
            .then(next -> timed(arrival, next));
    refuse(arrival, checked);
    checked
        .sound()
        .ifPresent(next -> {
          state = next;
          settle(arrival, sound);
        });
    return true;
  }

  /** Time must not run while the sealer leaves out what has long been there. */
  private Checked<SealState> whole(Arrival arrival, SealState next) {
    long time = arrival.seal().getTimeMillis();
    return log.unsealedSince(
            time - SealCheck.COSIGNATURE_HELD_BACK_MILLIS_MAX, COSIGNATURES::equals)
        .or(() -> log.unsealedSince(time - SealCheck.HELD_BACK_MILLIS_MAX, topic -> true))
        .<Checked<SealState>>map(
            place -> new Checked.Refused<>(LogFault.RECORDS_HELD_BACK, "not covered: " + place))
        .orElseGet(() -> new Checked.Sound<>(next));
  }

  private Checked<SealState> timed(Arrival arrival, SealState next) {
    Hash before = cosignedBefore.get(arrival.seal().getEpoch());
    if (before != null) {
      return before.equals(arrival.sealHash())
          ? new Checked.Sound<>(next)
          : new Checked.Refused<>(LogFault.FORK, "cosigned before: " + before);
    }
    return SealCheck.time(arrival.seal(), arrival.nowMillis())
        .filter(fault -> fault == LogFault.TIME_AHEAD)
        .<Checked<SealState>>map(fault -> new Checked.Refused<>(fault, clocks(arrival)))
        .orElseGet(() -> new Checked.Sound<>(next));
  }

  private void settle(Arrival arrival, List<Arrival> sound) {
    if (cosignedBefore.remove(arrival.seal().getEpoch()) != null) {
      return;
    }
    held.add(arrival);
    Optional<LogFault> late = SealCheck.time(arrival.seal(), arrival.nowMillis());
    if (late.isPresent()) {
      report(arrival.seal().getEpoch(), late.get(), "held back: " + clocks(arrival));
    } else {
      sound.addAll(held);
      held.clear();
    }
  }

  private static String clocks(Arrival arrival) {
    return "%d ms against a clock of %d ms"
        .formatted(arrival.seal().getTimeMillis(), arrival.nowMillis());
  }

  private void refuse(Arrival arrival, Checked<?> checked) {
    boolean next = arrival.seal().getEpoch() == state.chain().nextEpoch();
    if (next && checked.refusal().isPresent()) {
      // The sealer has gone on from a wrong seal, so no sound one can follow.
      stopped = checked.refusal().get();
      refusals.add(
          new Refusal(arrival.seal().getEpoch(), arrival.sealHash(), stopped, arrival.nowMillis()));
    }
    refuse(checked);
  }

  private void refuse(Checked<?> checked) {
    if (checked instanceof Checked.Refused<?> refused) {
      report(state.chain().nextEpoch(), refused.fault(), refused.detail());
    }
  }

  private void report(long epoch, LogFault fault, String detail) {
    faults.count(fault);
    // After every start the seals of the meantime are late.
    LOG.atLevel(fault == LogFault.TIME_BEHIND ? Level.INFO : Level.WARN)
        .addKeyValue("witness", witness)
        .addKeyValue("epoch", epoch)
        .addKeyValue("fault", fault)
        .log("seal not cosigned: {}", detail);
  }
}
