package io.verillm.gpu.worker;

import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.ParametersSet;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.RemovalCheck;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.ChallengeDraw;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Counters;
import io.verillm.topics.DeadLetterReason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether a challenge follows from the log's randomness, before anything is opened to it. It
 * does not know stakes, so not who is to be on a committee; and not which of the epochs behind the
 * commitments was due. An audit does. For the listener's thread alone.
 */
final class DrawDesk {
  private static final Logger LOG = LoggerFactory.getLogger(DrawDesk.class);
  private static final int COMMITMENTS_MAX = 65_536;

  /** Half of a wait that begins with a challenge, where no parameters say how long one is. */
  private static final long PATIENCE_TICKS = 60;

  private static final long TOLD = Long.MIN_VALUE;

  /** What a challenge is. */
  enum Draw {
    /** It follows from what was read. */
    SOUND,

    /** An epoch that it names was not read yet. */
    DRAW_UNSEEN,

    /** A proof proves nothing, the positions are others, or somebody committed behind the draw. */
    FALSE_DRAW
  }

  private final String worker;
  private final Catalogue catalogue;
  private final LogView log;
  private final EpochView epochs;
  private final Counters refused;
  private final LongSupplier nanos;

  /** Where commitments lie that were read; the first of a root counts. */
  private final Recent<Place, Long> committed = new Recent<>(COMMITMENTS_MAX);

  /** Since when challenges have waited for an epoch. */
  private final Map<Part, Long> unseen = new HashMap<>();

  private record Place(int shard, String worker, Hash root) {}

  private record Part(String requestId, int segment, int round, int part) {
    static Part of(Challenge c) {
      return new Part(c.getRequestId(), c.getSegment(), c.getRound(), c.getPart());
    }
  }

  /**
   * A desk that has read nothing.
   *
   * @param refused counts what it finds but {@link Draw#SOUND}, once for each challenge
   * @param nanos a clock for how long a challenge has waited
   */
  DrawDesk(String worker, Catalogue catalogue, LogView log, Counters refused, LongSupplier nanos) {
    this.worker = worker;
    this.catalogue = catalogue;
    this.log = log;
    this.epochs = new EpochView(catalogue.seals().name(), log::registry);
    this.refused = refused;
    this.nanos = nanos;
  }

  /** The epochs that it rests on. */
  EpochView epochs() {
    return epochs;
  }

  /** Notes where a commitment lies that its worker signed. */
  void add(Commitment event, int shard, long offset) {
    if (event.getSealedRoot().remaining() == Hash.LENGTH) {
      committed.putFirst(
          new Place(shard, event.getWorker(), Wire.hash(event.getSealedRoot())), offset);
    }
  }

  /**
   * Looks at a challenge.
   *
   * @param before the case's challenges before it; empty where they are not known
   */
  Draw look(Challenge challenge, CaseGround ground, Optional<List<Challenge>> before) {
    Optional<ClosedEpoch> committee = epochs.find(challenge.getCommitteeEpoch());
    Optional<ClosedEpoch> positions = epochs.find(challenge.getEpoch());
    Part part = Part.of(challenge);
    if (committee.isEmpty() || positions.isEmpty()) {
      long now = nanos.getAsLong();
      long since = unseen.computeIfAbsent(part, absent -> now);
      if (since != TOLD && now - since > patienceNanos()) {
        unseen.put(part, TOLD);
        tell(challenge, Draw.DRAW_UNSEEN, "the log does not show an epoch that it names");
      }
      return Draw.DRAW_UNSEEN;
    }
    unseen.remove(part);
    Optional<String> fault = fault(challenge, ground, before, committee.get(), positions.get());
    fault.ifPresent(what -> tell(challenge, Draw.FALSE_DRAW, what));
    return fault.isPresent() ? Draw.FALSE_DRAW : Draw.SOUND;
  }

  private Optional<String> fault(
      Challenge challenge,
      CaseGround ground,
      Optional<List<Challenge>> before,
      ClosedEpoch committee,
      ClosedEpoch positions) {
    VrfPublicKey key = log.registry().coordinator().orElseThrow().vrfKey();
    ChallengeDraw draw = new ChallengeDraw(challenge, key);
    if (!draw.provesCommittee(committee.randomness())) {
      return Optional.of("the proof of the committee proves nothing for its epoch");
    }
    Optional<Hash> output = draw.positions(positions.randomness());
    if (output.isEmpty()) {
      return Optional.of("the proof of the positions proves nothing for its epoch");
    }
    if (before.isPresent() && !draw.opens(output.get(), ground, before.get())) {
      return Optional.of("the positions are not those that were drawn");
    }
    return challenge.getRoster().stream()
        .filter(entry ->
            isBehind(challenge, entry, positions)
                || (entry.getRole() == RosterRole.AUTHOR && isBehind(challenge, entry, committee)))
        .findFirst()
        .map(entry -> "%s committed when the draw was known".formatted(entry.getWorker()));
  }

  /** Whether the commitment that counts was read, and lies behind what the epoch's seal covers. */
  private boolean isBehind(Challenge challenge, RosterEntry entry, ClosedEpoch epoch) {
    if (entry.getSealedRoot().remaining() != Hash.LENGTH) {
      return false;
    }
    int shard = catalogue.shardOf(challenge.getRequestId());
    Long offset =
        committed.get(new Place(shard, entry.getWorker(), Wire.hash(entry.getSealedRoot())));
    LogPartition partition = new LogPartition(catalogue.commitments().name(), shard);
    return offset != null
        && RemovalCheck.range(epoch.seal(), partition)
            .filter(range -> range.getEnd() > offset)
            .isEmpty();
  }

  /** Forgets a case that waits for nothing any more. */
  void close(String requestId, int segment) {
    unseen.keySet().removeIf(p -> p.requestId().equals(requestId) && p.segment() == segment);
  }

  private long patienceNanos() {
    long ticks =
        log.registry()
            .parameters()
            .map(ParametersSet::getOpeningTicks)
            .map(opening -> opening / 2L)
            .orElse(PATIENCE_TICKS);
    return ticks * ClosedEpoch.TICK_MILLIS * 1_000_000;
  }

  private void tell(Challenge challenge, Draw outcome, String what) {
    refused.increment(DeadLetterReason.named(outcome));
    LOG.atError()
        .addKeyValue("worker", worker)
        .addKeyValue("request", challenge.getRequestId())
        .addKeyValue("segment", challenge.getSegment())
        .addKeyValue("round", challenge.getRound())
        .addKeyValue("part", challenge.getPart())
        .addKeyValue("committeeEpoch", challenge.getCommitteeEpoch())
        .addKeyValue("epoch", challenge.getEpoch())
        .addKeyValue("outcome", outcome)
        .log("nothing is opened to a challenge: {}", what);
  }
}
