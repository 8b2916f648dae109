package io.verillm.protocol.sim;

import io.verillm.events.Challenge;
import io.verillm.events.ChallengedPosition;
import io.verillm.events.EpochClosed;
import io.verillm.events.Seal;
import io.verillm.events.Verdict;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.draw.Candidate;
import io.verillm.protocol.draw.CommitteeDraw;
import io.verillm.protocol.draw.Draws;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.Removal;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealHistory;
import io.verillm.protocol.log.SealState;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.PublishedProofs;
import io.verillm.protocol.shard.Shard;
import io.verillm.schemas.EventCodec;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a coordinator, a sealer or a witness can do to a finished run, each tried on a recorded log
 * and looked for as a stranger would: by the seals, and by deciding everything again from what was
 * published.
 */
public final class LogAttacks {
  private static final int CASES = 24;
  private static final int WORKERS = 60;
  private static final int ALLIES = 18;
  private static final int CUTS = 16;
  private static final int DRAWS = 400;
  private static final int SEATS = 3;

  private final KeyRing keys;
  private final SimLog log;
  private final List<SpecificRecord> published = new ArrayList<>();

  /**
   * What came of an attack.
   *
   * @param ending whether it was found
   * @param how by what, or what it brings
   */
  public record Result(Ending ending, String how) {
    private static Result of(boolean found, String how) {
      return new Result(found ? Ending.FOUND : Ending.NOT_FOUND, how);
    }
  }

  /** How an attack ended. */
  public enum Ending {
    /** It was stopped, or everybody can see it. */
    FOUND,
    /** The protocol lets it happen, and bounds what it brings. */
    TOLERATED,
    /** It did what it wanted. */
    NOT_FOUND
  }

  private LogAttacks(long seed) {
    this.keys = new StandInKeys(seed, alpha -> Optional.empty());
    this.log = new SimLog(keys, Simulation.WITNESSES, true);
    Simulation.record(
        SimulationSettings.of(seed, CASES, SEATS),
        keys,
        log,
        effect -> {
          if (effect instanceof Effect.Publish publish) {
            published.add(publish.event());
          }
        });
  }

  /** Tries all of them. */
  public static SortedMap<String, Result> tried(long seed) {
    LogAttacks attacks = new LogAttacks(seed).sound();
    SortedMap<String, Result> results = new TreeMap<>();
    results.put("coordinator draws again", attacks.drawsAgain());
    results.put("coordinator changes positions", attacks.changesPositions());
    results.put("coordinator decides otherwise", attacks.decidesOtherwise());
    results.put("sealer drops a record", attacks.dropsRecord());
    results.put("sealer forks the log", attacks.forks());
    results.put("sealer's clock is wrong", attacks.wrongClock());
    results.put("sealer grinds cuts", attacks.grinds());
    results.put("witness withholds", attacks.withholds());
    return results;
  }

  /** An honest log must give what was published, or every finding below means nothing. */
  private LogAttacks sound() {
    if (!decidedFrom(published).equals(bytes(published))) {
      throw new IllegalStateException("an honest log is not decided again as it was");
    }
    return this;
  }

  /** A challenge whose positions an older epoch's randomness drew: the proof proves nothing. */
  private Result drawsAgain() {
    return differing(
        "its proof does not verify for the epoch's randomness",
        challenge -> {
          byte[] alpha =
              Draws.challenge(
                  java.util.UUID.fromString(challenge.getRequestId()),
                  challenge.getRound(),
                  challenge.getPart(),
                  HashInput.of("another randomness").hash());
          return Challenge.newBuilder(challenge)
              .setProof(Wire.buffer(keys.prove(Signers.COORDINATOR, alpha).bytes()))
              .build();
        });
  }

  private Result changesPositions() {
    return differing(
        "the proof gives other positions",
        challenge -> {
          List<ChallengedPosition> positions = new ArrayList<>(challenge.getPositions());
          ChallengedPosition first = positions.removeFirst();
          positions.addFirst(new ChallengedPosition(first.getPosition() + 1, first.getBoundary()));
          return Challenge.newBuilder(challenge).setPositions(positions).build();
        });
  }

  private Result decidesOtherwise() {
    List<SpecificRecord> claimed =
        published.stream()
            .map(e ->
                e instanceof Verdict v && v.getLast()
                    ? (SpecificRecord) Verdict.newBuilder(v).setReason("BOUGHT").build()
                    : e)
            .toList();
    return Result.of(!decidedFrom(claimed).equals(bytes(claimed)), "the log decides otherwise");
  }

  private interface Change {
    Challenge of(Challenge challenge);
  }

  private Result differing(String how, Change change) {
    List<SpecificRecord> claimed =
        published.stream()
            .map(e -> e instanceof Challenge c ? (SpecificRecord) change.of(c) : e)
            .toList();
    return Result.of(!decidedFrom(claimed).equals(bytes(claimed)), how);
  }

  /** What a stranger's shard publishes that knows the log and what was published. */
  private List<String> decidedFrom(List<SpecificRecord> claimed) {
    VrfPublicKey key = keys.suite().vrfKey(keys.vrfKey(Signers.COORDINATOR)).orElseThrow();
    PublishedProofs proofs = new PublishedProofs(key);
    for (SpecificRecord event : claimed) {
      if (event instanceof Challenge challenge) {
        proofs.add(challenge);
      } else if (event instanceof Verdict verdict) {
        proofs.add(verdict);
      }
    }
    Shard shard = new Shard(SimLog.TOPICS, 0, proofs, keys.suite());
    List<SpecificRecord> again = new ArrayList<>();
    for (SignedRecord record : log.all(SimLog.TOPICS.spine())) {
      for (Effect effect : shard.apply(record, log)) {
        if (effect instanceof Effect.Publish publish) {
          again.add(publish.event());
        }
      }
    }
    return bytes(again);
  }

  private static List<String> bytes(List<SpecificRecord> events) {
    return events.stream().map(e -> HexFormat.of().formatHex(EventCodec.encode(e))).toList();
  }

  private List<EpochClosed> epochs() {
    return log.all(SimLog.TOPICS.spine()).stream()
        .map(SignedRecord::value)
        .map(LogAttacks::decoded)
        .filter(EpochClosed.class::isInstance)
        .map(EpochClosed.class::cast)
        .toList();
  }

  private static SpecificRecord decoded(byte[] value) {
    try {
      return EventCodec.decode(value);
    } catch (io.verillm.schemas.UndecodableEvent e) {
      throw new IllegalStateException("own record: " + e.getMessage());
    }
  }

  /** The first epoch with commitments, sealed without the first of them. */
  private Result dropsRecord() {
    SealState state = SealState.start(log.partitions());
    for (EpochClosed closed : epochs()) {
      byte[] value = Wire.bytes(closed.getSeal());
      Seal seal = SealCheck.decode(value).sound().orElseThrow();
      Map<LogPartition, List<LogLeaf>> own = leaves(seal);
      LogPartition commitments = new LogPartition(SimLog.TOPICS.commitments(), 0);
      List<LogLeaf> held = own.get(commitments);
      if (held != null && held.size() > 1) {
        own.put(commitments, held.subList(1, held.size()));
        Seal forged = state.seal(EpochRecords.of(own), seal.getTimeMillis());
        own.put(commitments, held);
        return SealCheck.check(state, EventCodec.encode(forged), EpochRecords.of(own))
            .refusal()
            .map(fault -> Result.of(true, "witness: " + fault))
            .orElse(Result.of(false, "the witness cosigned"));
      }
      state = SealCheck.check(state, value, EpochRecords.of(own)).sound().orElseThrow();
    }
    return Result.of(false, "no epoch with commitments");
  }

  private Map<LogPartition, List<LogLeaf>> leaves(Seal seal) {
    Map<LogPartition, List<LogLeaf>> leaves = new TreeMap<>();
    seal.getRanges()
        .forEach(r ->
            leaves.put(
                new LogPartition(r.getTopic(), r.getPartition()),
                log.records(r.getTopic(), r.getStart(), r.getEnd()).stream()
                    .map(LogLeaf::of)
                    .toList()));
    return leaves;
  }

  private Result forks() {
    SealHistory history = new SealHistory(CASES);
    EpochClosed closed = epochs().getFirst();
    Seal seal = SealCheck.decode(Wire.bytes(closed.getSeal())).sound().orElseThrow();
    history.note(seal.getEpoch(), Beacon.sealHash(Wire.bytes(closed.getSeal())));
    Seal other = Seal.newBuilder(seal).setTimeMillis(seal.getTimeMillis() + 1).build();
    SealHistory.Sighting sighting =
        history.note(seal.getEpoch(), Beacon.sealHash(EventCodec.encode(other)));
    return Result.of(sighting == SealHistory.Sighting.FORK, "two seals of one epoch");
  }

  private Result wrongClock() {
    Seal seal = SealCheck.decode(Wire.bytes(epochs().getLast().getSeal())).sound().orElseThrow();
    long now = seal.getTimeMillis() - SealCheck.CLOCK_MILLIS_MAX - 1;
    return SealCheck.time(seal, now)
        .map(fault -> Result.of(true, "witness: " + fault))
        .orElse(Result.of(false, "the witness cosigned"));
  }

  /**
   * A sealer with three workers in ten tries so many cuts and takes the one that it likes best.
   * With one honest witness it cannot know what a cut will draw.
   */
  private Result grinds() {
    double blind = allies(false);
    double seeing = allies(true);
    double fair = (double) ALLIES / WORKERS;
    // Four standard errors of such a share.
    double noise = 4 * Math.sqrt(fair * (1 - fair) / (SEATS * DRAWS));
    return Result.of(
        Math.abs(blind - fair) < noise,
        "of the seats %.3f fall to its workers with one honest witness, %.3f with none, for %.3f of the stake"
            .formatted(blind, seeing, fair));
  }

  private double allies(boolean seeing) {
    List<Candidate> candidates =
        IntStream.range(0, WORKERS).mapToObj(i -> new Candidate("w-%04d".formatted(i), 1)).toList();
    long seats = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      Hash best = cut(draw, 0);
      for (int cut = 1; cut < CUTS; cut++) {
        Hash next = cut(draw, cut);
        best = allied(next, candidates) > allied(best, candidates) ? next : best;
      }
      // What the sealer could compute is the draw only if no witness adds what it does not know.
      Hash drawn = seeing ? best : HashInput.of("witness").add(best).hash();
      seats += allied(drawn, candidates);
    }
    return (double) seats / (SEATS * DRAWS);
  }

  private static Hash cut(int draw, int cut) {
    return HashInput.of("cut").add(draw).add(cut).hash();
  }

  private static long allied(Hash drawn, List<Candidate> candidates) {
    return CommitteeDraw.draw(drawn, candidates, SEATS).stream()
        .filter(w -> Integer.parseInt(w.substring(2)) < ALLIES)
        .count();
  }

  /**
   * Without a witness' share an epoch stays open. That it closes after 20 ticks, as {@link Removal}
   * says, is not played here: these logs hold no cosignatures.
   */
  private Result withholds() {
    Shard shard = new Shard(SimLog.TOPICS, 0, new SimCoordinator(keys, 0), keys.suite());
    for (SignedRecord record : log.all(SimLog.TOPICS.spine())) {
      if (decoded(record.value()) instanceof EpochClosed closed) {
        EpochClosed without =
            EpochClosed.newBuilder(closed)
                .setCosignatures(closed.getCosignatures().subList(1, 2))
                .build();
        long before = shard.nextEpoch();
        shard.apply(
            log.signed(Signers.SEALER, SimLog.TOPICS.spine(), record.offset(), without), log);
        return new Result(
            shard.nextEpoch() == before ? Ending.TOLERATED : Ending.NOT_FOUND,
            "the epoch stays open for %d ticks; then it may be closed without the witness: one bit of choice, not fined"
                .formatted(Removal.TICKS));
      }
      shard.apply(record, log);
    }
    throw new IllegalStateException("a log without an epoch");
  }
}
