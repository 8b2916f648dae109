package io.verillm.protocol.sim;

import io.verillm.events.CosignatureCopy;
import io.verillm.events.EpochClosed;
import io.verillm.events.Seal;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.draw.Candidate;
import io.verillm.protocol.draw.CommitteeDraw;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.Checked;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.EpochVerifier;
import io.verillm.protocol.log.Removal;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealState;
import io.verillm.protocol.sim.LogAttacks.Result;
import io.verillm.schemas.EventCodec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A sealer with three workers in ten that takes of several cuts the draw that it likes best. One of
 * the two witnesses is its friend, the other has a key of its own and cosigns what its own records
 * bear out, once for each epoch. Seals, cosignatures and epochs are judged by the code that judges
 * them on a real log.
 */
final class Grinding {
  private static final int WORKERS = 60;
  private static final int ALLIES = 18;
  private static final int CUTS = 16;
  private static final int DRAWS = 400;
  private static final int SEATS = 3;
  private static final double FAIR = (double) ALLIES / WORKERS;
  private static final List<Candidate> CANDIDATES =
      IntStream.range(0, WORKERS).mapToObj(i -> new Candidate("w-%04d".formatted(i), 1)).toList();
  private static final String HONEST = Simulation.WITNESSES.getFirst();
  private static final String FRIEND = Simulation.WITNESSES.getLast();

  private final KeyRing keys;
  private final VrfKey honest = VrfKey.fromSeed(HashInput.of("honest-witness").hash().bytes());
  private final EpochVerifier verifier;
  private final List<Place> places = new ArrayList<>();

  /** Where an epoch is sealed: what is behind it, what is in it, and how it was sealed. */
  private record Place(SealState before, EpochRecords records, Seal seal) {}

  /** A seal that the sealer could make, and what its friend says to it. */
  private record Cut(byte[] value, Hash hash, byte[] proof, long guess) {}

  Grinding(FinishedRun run) {
    keys = run.keys();
    verifier =
        new EpochVerifier(
            SimLog.TOPICS.seals(),
            keys.signer(Signers.COORDINATOR).publicKey(),
            Map.of(
                HONEST,
                honest.publicKey(),
                FRIEND,
                keys.suite().vrfKey(keys.vrfKey(Signers.witness(FRIEND))).orElseThrow()));
    SealState state = SealState.start(run.log().partitions());
    for (EpochClosed closed : run.epochs()) {
      Seal seal = FinishedRun.seal(closed);
      EpochRecords records = EpochRecords.of(run.leaves(seal));
      places.add(new Place(state, records, seal));
      state = SealCheck.check(state, Wire.bytes(closed.getSeal()), records).sound().orElseThrow();
    }
  }

  /** What the sealer has of it. */
  static Result bySealer(FinishedRun run) {
    Grinding grinding = new Grinding(run);
    double watched = grinding.allies(Map.of());
    return Result.of(
        isFair(watched),
        "of the seats %.3f fall to its workers with one honest witness, %.3f where that one was removed, for %.3f of the stake"
            .formatted(watched, grinding.allies(grinding.removed()), FAIR));
  }

  /** What a witness has that may choose between two draws, since it knows all other shares. */
  static String byWitness() {
    long seats =
        IntStream.range(0, DRAWS)
            .mapToLong(draw -> Math.max(allied(either(draw, 0)), allied(either(draw, 1))))
            .sum();
    return "%.3f of the seats, for %.3f of the stake".formatted(share(seats), FAIR);
  }

  private static Hash either(int draw, int which) {
    return HashInput.of("cut").add(draw).add(which).hash();
  }

  /** Whether allies have no more of the seats than chance gives them: four standard errors. */
  static boolean isFair(double share) {
    return Math.abs(share - FAIR) < 4 * Math.sqrt(FAIR * (1 - FAIR) / (SEATS * DRAWS));
  }

  /**
   * That the honest witness withheld, as a later seal would show that the friend alone cosigned.
   */
  Map<String, Removal> removed() {
    return Map.of(HONEST, new Removal(HONEST, Long.MAX_VALUE, Set.of(FRIEND), List.of()));
  }

  /** Share of the seats that allies have if the sealer does its best in each of many epochs. */
  double allies(Map<String, Removal> removals) {
    long seats = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      seats += best(places.get(draw % places.size()), (draw / places.size()) * CUTS, removals);
    }
    return share(seats);
  }

  private static double share(long seats) {
    return (double) seats / (SEATS * DRAWS);
  }

  /** Most allies in a draw of an epoch that everybody takes for closed. */
  private long best(Place place, int first, Map<String, Removal> removals) {
    List<Cut> cuts =
        IntStream.range(first, first + CUTS)
            .mapToObj(later -> cut(place.seal(), later))
            .sorted(Comparator.comparingLong(Cut::guess).reversed())
            .toList();
    SealState witness = place.before();
    long most = -1;
    for (Cut cut : cuts) {
      List<CosignatureCopy> cosignatures = new ArrayList<>();
      Optional<SealState> next =
          removals.containsKey(HONEST)
              ? Optional.empty()
              : SealCheck.check(witness, cut.value(), place.records()).sound();
      if (next.isPresent()) {
        witness = next.get();
        cosignatures.add(copy(HONEST, Beacon.cosign(honest, cut.hash()).bytes()));
      }
      cosignatures.add(copy(FRIEND, cut.proof()));
      Checked<ClosedEpoch> closed =
          verifier.verify(
              place.before().chain(), closed(place.seal(), cut, cosignatures), removals);
      most = Math.max(most, closed.sound().map(c -> allied(c.randomness())).orElse(-1L));
    }
    return most;
  }

  /** The same seal somewhat later, and how many allies it draws as far as the sealer can tell. */
  private Cut cut(Seal seal, int later) {
    byte[] value =
        EventCodec.encode(
            Seal.newBuilder(seal).setTimeMillis(seal.getTimeMillis() + later).build());
    Hash hash = Beacon.sealHash(value);
    byte[] proof = keys.prove(Signers.witness(FRIEND), hash.bytes()).bytes();
    Hash output =
        Beacon.output(
                keys.suite().vrfKey(keys.vrfKey(Signers.witness(FRIEND))).orElseThrow(),
                hash,
                proof)
            .orElseThrow();
    return new Cut(value, hash, proof, allied(Beacon.randomness(hash, List.of(output))));
  }

  private EpochClosed closed(Seal seal, Cut cut, List<CosignatureCopy> cosignatures) {
    byte[] signature =
        new EventSigner(Signers.SEALER, keys.signer(Signers.COORDINATOR))
            .sign(SimLog.TOPICS.seals(), 0, EpochVerifier.epochKey(seal.getEpoch()), cut.value())
            .signature();
    return new EpochClosed(
        seal.getEpoch(), Wire.buffer(cut.value()), Wire.buffer(signature), cosignatures);
  }

  private static CosignatureCopy copy(String witness, byte[] proof) {
    return new CosignatureCopy(witness, Wire.buffer(proof));
  }

  private static long allied(Hash drawn) {
    return CommitteeDraw.draw(drawn, CANDIDATES, SEATS).stream()
        .filter(w -> Integer.parseInt(w.substring(2)) < ALLIES)
        .count();
  }
}
