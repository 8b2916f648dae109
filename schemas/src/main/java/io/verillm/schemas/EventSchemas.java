package io.verillm.schemas;

import io.verillm.events.Accepted;
import io.verillm.events.Balance;
import io.verillm.events.BondDecided;
import io.verillm.events.CalibrationPublished;
import io.verillm.events.Challenge;
import io.verillm.events.ClaimIgnored;
import io.verillm.events.CloseScoringEpoch;
import io.verillm.events.Commitment;
import io.verillm.events.Control;
import io.verillm.events.CoordinatorRegistered;
import io.verillm.events.Cosignature;
import io.verillm.events.Dispute;
import io.verillm.events.DutyBegun;
import io.verillm.events.DutyMissed;
import io.verillm.events.EncryptionKeyRegistered;
import io.verillm.events.EpochClosed;
import io.verillm.events.EscrowDecided;
import io.verillm.events.FlagDuty;
import io.verillm.events.FlagOpening;
import io.verillm.events.FundAccount;
import io.verillm.events.JournalEntry;
import io.verillm.events.LockStake;
import io.verillm.events.ModelRegistered;
import io.verillm.events.Opening;
import io.verillm.events.OutputReady;
import io.verillm.events.ParametersSet;
import io.verillm.events.PrivateOpening;
import io.verillm.events.PrivateResult;
import io.verillm.events.Receipt;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.Request;
import io.verillm.events.ReserveBond;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.Result;
import io.verillm.events.Score;
import io.verillm.events.Seal;
import io.verillm.events.SealRefused;
import io.verillm.events.SettleBond;
import io.verillm.events.SettleCase;
import io.verillm.events.StakeChanged;
import io.verillm.events.Task;
import io.verillm.events.TaskExposed;
import io.verillm.events.TasksIssued;
import io.verillm.events.Tokens;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.events.Vote;
import io.verillm.events.WitnessRegistered;
import io.verillm.events.WitnessRemoved;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * Every schema that any event was ever written with, by its CRC-64-AVRO fingerprint. Versions lie
 * in {@code schemas/history/<Event>/<version>.avsc}; a change of an event adds a file there.
 */
public final class EventSchemas {
  private static final List<Schema> CURRENT =
      List.of(
          Accepted.getClassSchema(),
          Balance.getClassSchema(),
          BondDecided.getClassSchema(),
          CalibrationPublished.getClassSchema(),
          Challenge.getClassSchema(),
          ClaimIgnored.getClassSchema(),
          CloseScoringEpoch.getClassSchema(),
          Commitment.getClassSchema(),
          Control.getClassSchema(),
          CoordinatorRegistered.getClassSchema(),
          Cosignature.getClassSchema(),
          Dispute.getClassSchema(),
          DutyBegun.getClassSchema(),
          DutyMissed.getClassSchema(),
          EncryptionKeyRegistered.getClassSchema(),
          EpochClosed.getClassSchema(),
          EscrowDecided.getClassSchema(),
          FlagDuty.getClassSchema(),
          FlagOpening.getClassSchema(),
          FundAccount.getClassSchema(),
          JournalEntry.getClassSchema(),
          LockStake.getClassSchema(),
          ModelRegistered.getClassSchema(),
          Opening.getClassSchema(),
          OutputReady.getClassSchema(),
          ParametersSet.getClassSchema(),
          PrivateOpening.getClassSchema(),
          PrivateResult.getClassSchema(),
          Receipt.getClassSchema(),
          RegistryUpdate.getClassSchema(),
          Request.getClassSchema(),
          ReserveBond.getClassSchema(),
          ReserveEscrow.getClassSchema(),
          Result.getClassSchema(),
          Score.getClassSchema(),
          Seal.getClassSchema(),
          SealRefused.getClassSchema(),
          SettleBond.getClassSchema(),
          SettleCase.getClassSchema(),
          StakeChanged.getClassSchema(),
          Task.getClassSchema(),
          TaskExposed.getClassSchema(),
          TasksIssued.getClassSchema(),
          Tokens.getClassSchema(),
          Transfer.getClassSchema(),
          Verdict.getClassSchema(),
          Vote.getClassSchema(),
          WitnessRegistered.getClassSchema(),
          WitnessRemoved.getClassSchema(),
          WorkerReady.getClassSchema(),
          WorkerRegistered.getClassSchema());

  private static final Map<Schema, Long> FINGERPRINTS = fingerprints();

  private static final Map<Long, Schema> BY_FINGERPRINT = index();

  private EventSchemas() {}

  /** The schemas that this build writes, one for each event type, sorted by name. */
  public static List<Schema> current() {
    return CURRENT;
  }

  /** Every version of one event type, oldest first. */
  public static List<Schema> history(String eventName) {
    List<Schema> versions = new ArrayList<>();
    for (int version = 1; ; version++) {
      String path = "history/" + eventName + "/" + version + ".avsc";
      try (InputStream in = EventSchemas.class.getResourceAsStream(path)) {
        if (in == null) {
          return versions;
        }
        versions.add(new Schema.Parser().parse(in));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read schema " + path, e);
      }
    }
  }

  /** The schema with this fingerprint, or empty where no version of any event has it. */
  public static Optional<Schema> byFingerprint(long fingerprint) {
    return Optional.ofNullable(BY_FINGERPRINT.get(fingerprint));
  }

  static long fingerprint(Schema schema) {
    Long known = FINGERPRINTS.get(schema);
    return known == null ? SchemaNormalization.parsingFingerprint64(schema) : known;
  }

  /** Making the canonical form takes far longer than encoding most events. */
  private static Map<Schema, Long> fingerprints() {
    Map<Schema, Long> fingerprints = new IdentityHashMap<>();
    CURRENT.forEach(
        schema -> fingerprints.put(schema, SchemaNormalization.parsingFingerprint64(schema)));
    return fingerprints;
  }

  private static Map<Long, Schema> index() {
    Map<Long, Schema> index = new HashMap<>();
    for (Schema schema : CURRENT) {
      history(schema.getName()).forEach(version -> index.put(fingerprint(version), version));
      index.put(fingerprint(schema), schema);
    }
    return Map.copyOf(index);
  }
}
