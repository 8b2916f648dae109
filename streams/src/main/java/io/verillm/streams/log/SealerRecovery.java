package io.verillm.streams.log;

import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.log.Checked;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealState;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.streams.log.SealArrivals.Arrival;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out where a sealer goes on, from the log alone. It starts at a seal whose epoch is closed
 * and reads what came behind it; of what came before it needs only which requests are still open.
 */
final class SealerRecovery {
  /** Seals of a minute of work: more than are ever open while all witnesses are there. */
  private static final int TAIL_SEALS = 256;

  private static final Logger LOG = LoggerFactory.getLogger(SealerRecovery.class);

  private final KafkaAccess access;
  private final Catalogue catalogue;
  private final VerifyKey sealerKey;

  SealerRecovery(KafkaAccess access, Catalogue catalogue, VerifyKey sealerKey) {
    this.access = access;
    this.catalogue = catalogue;
    this.sealerKey = sealerKey;
  }

  /**
   * Where a sealer goes on.
   *
   * @param log has read everything that is sealed
   * @param view what it said
   * @param state behind the last seal
   * @param readFrom first epoch whose records were read again
   */
  record Recovered(PublicLog log, SealerView view, SealState state, long readFrom) {}

  /**
   * Recovers.
   *
   * @throws IllegalStateException if the log does not hold what was sealed
   */
  Recovered recover() {
    return recover(TAIL_SEALS);
  }

  Recovered recover(int tailSeals) {
    for (long offsets = tailSeals; ; offsets *= 8) {
      // Seals first: every record that they seal is then before the ends that are read next.
      Optional<Recovered> recovered = from(PublicLog.tail(access, catalogue.seals(), offsets));
      if (recovered.isPresent()) {
        return recovered.get();
      }
    }
  }

  /** Empty if the tail does not reach back to a closed epoch. */
  private Optional<Recovered> from(PublicLog.Tail tail) {
    List<Arrival> seals = admitted(tail.records());
    if (tail.whole()) {
      SealState start = SealState.start(PublicLog.sealedPartitions(catalogue));
      return from(start, seals, SpineWitnesses.unknown(catalogue));
    }
    if (seals.isEmpty()) {
      return Optional.empty();
    }
    Arrival first = seals.getFirst();
    return SealState.behind(first.seal(), first.sealHash())
        .flatMap(start ->
            from(
                start,
                seals.subList(1, seals.size()),
                SpineWitnesses.known(catalogue, registry())));
  }

  private Optional<Recovered> from(SealState start, List<Arrival> seals, SpineWitnesses witnesses) {
    SealerView view = new SealerView(catalogue, sealerKey, witnesses);
    PublicLog log =
        new PublicLog(access, catalogue, List.of(), start.chain().ends(), InstantSource.system());
    try {
      long readFrom = start.chain().nextEpoch();
      log.catchUp(view::note);
      if (view.closedThrough() < readFrom - 1) {
        log.close();
        return Optional.empty();
      }
      if (readFrom > 0) {
        openRequests(view);
      }
      SealState state = start;
      for (Arrival arrival : seals) {
        state = follow(state, arrival.record(), log.take(SealRanges.ends(arrival.seal())));
        view.epochs().sealed(arrival.record(), arrival.seal());
      }
      view.epochs().closed(view.closedThrough());
      return Optional.of(new Recovered(log, view, state, readFrom));
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  /** Requests may be open for long, so these two topics are read from their beginning. */
  private void openRequests(SealerView view) {
    for (var topic : List.of(catalogue.accepted(), catalogue.ledgerCommands())) {
      PublicLog.readAll(access, List.of(topic), view::note);
    }
  }

  private RegistrySnapshot registry() {
    RegistrySnapshot registry = RegistrySnapshot.trusting(sealerKey);
    for (SignedRecord record : PublicLog.readAll(access, List.of(catalogue.registry()))) {
      registry = registry.apply(record).snapshot();
    }
    return registry;
  }

  private List<Arrival> admitted(List<SignedRecord> records) {
    SealArrivals arrivals = new SealArrivals(sealerKey);
    List<Arrival> admitted = new ArrayList<>();
    for (SignedRecord record : records) {
      Checked<Optional<Arrival>> arrival = arrivals.admit(record, 0);
      if (arrival instanceof Checked.Refused<Optional<Arrival>> refused) {
        LOG.atWarn()
            .addKeyValue("fault", refused.fault())
            .log("seal passed over: {}", refused.detail());
      }
      arrival.sound().flatMap(found -> found).ifPresent(admitted::add);
    }
    return admitted;
  }

  /** The state behind a seal that lies on the log. */
  static SealState follow(SealState state, SignedRecord seal, EpochRecords records) {
    Checked<SealState> checked = SealCheck.check(state, seal.value(), records);
    if (checked instanceof Checked.Refused<SealState> refused) {
      throw new IllegalStateException(
          "the log does not hold what epoch %d sealed: %s, %s"
              .formatted(state.chain().nextEpoch(), refused.fault(), refused.detail()));
    }
    return checked.sound().orElseThrow();
  }
}
