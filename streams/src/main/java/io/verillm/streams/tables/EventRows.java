package io.verillm.streams.tables;

import io.verillm.events.Accepted;
import io.verillm.events.Balance;
import io.verillm.events.Challenge;
import io.verillm.events.FlagDuty;
import io.verillm.events.FlagOpening;
import io.verillm.events.Posting;
import io.verillm.events.RequestInput;
import io.verillm.events.RosterEntry;
import io.verillm.events.Score;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.Vote;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.vote.InputSeal;
import io.verillm.streams.tables.TableBatch.Origin;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** The rows of each event, in the column order of {@code tables.sql}; other events have none. */
final class EventRows {
  private EventRows() {}

  static void add(TableBatch batch, Origin origin, SpecificRecord event) {
    switch (event) {
      case Accepted accepted -> accepted(batch, origin, accepted);
      case Challenge challenge -> challenge(batch, origin, challenge);
      case Vote vote -> vote(batch, origin, vote);
      case Verdict verdict -> verdict(batch, origin, verdict);
      case Transfer transfer -> transfer(batch, origin, transfer);
      case Score score ->
          batch.add(
              "scores",
              origin,
              score.getScoringEpoch(),
              score.getWorker(),
              score.getCases(),
              score.getRejects(),
              score.getScore(),
              score.getPaid(),
              score.getCarried());
      case FlagOpening flag ->
          batch.add(
              "flags",
              origin,
              flag.getRequestId(),
              flag.getKind().name(),
              flag.getCheat(),
              flag.getDutyEpoch());
      case FlagDuty duty ->
          batch.add("duties", origin, duty.getScoringEpoch(), duty.getSentinel(), duty.getOwed());
      case Balance balance ->
          batch.add(
              "balances",
              origin,
              balance.getAccount(),
              balance.getBalance(),
              balance.getTransferOffset());
      case WorkerRegistered worker ->
          batch.add("workers", origin, worker.getWorker(), worker.getOperator());
      case WorkerReady ready ->
          batch.add(
              "readiness",
              origin,
              ready.getWorker(),
              ready.getReady(),
              ready.getProfile(),
              ready.getModelIds().stream().map(EventRows::hex).toList());
      default -> {
        // The topics carry events that no table shows.
      }
    }
  }

  private static void accepted(TableBatch batch, Origin origin, Accepted accepted) {
    Optional<RequestInput> inClear = InputSeal.open(accepted, null);
    batch.add(
        "accepted",
        origin,
        accepted.getRequestId(),
        accepted.getRequester(),
        hex(accepted.getModelId()),
        inClear.map(RequestInput::getPromptLength).orElse(null),
        accepted.getMaxTokens(),
        inClear.map(RequestInput::getTemperature).orElse(null),
        inClear.map(RequestInput::getTopK).orElse(null),
        inClear.map(RequestInput::getTopP).orElse(null),
        accepted.getCheckers(),
        accepted.getPrice(),
        accepted.getEscrow(),
        accepted.getHandovers());
  }

  private static void challenge(TableBatch batch, Origin origin, Challenge challenge) {
    Optional<RequestInput> input = Optional.ofNullable(challenge.getInput());
    batch.add(
        "challenges",
        origin,
        challenge.getRequestId(),
        challenge.getSegment(),
        challenge.getRound(),
        challenge.getPart(),
        challenge.getPositions().size(),
        input.map(RequestInput::getPromptLength).orElse(null),
        input.map(RequestInput::getTemperature).orElse(null),
        input.map(RequestInput::getTopK).orElse(null),
        input.map(RequestInput::getTopP).orElse(null));
    for (RosterEntry entry : challenge.getRoster()) {
      batch.add(
          "roster",
          origin,
          challenge.getRequestId(),
          challenge.getSegment(),
          hex(entry.getTaskId()),
          entry.getWorker(),
          entry.getRole().name(),
          entry.getRound(),
          entry.getCommitted());
    }
  }

  private static void vote(TableBatch batch, Origin origin, Vote vote) {
    batch.add(
        "votes",
        origin,
        vote.getRequestId(),
        vote.getSegment(),
        vote.getRound(),
        hex(vote.getTaskId()),
        vote.getWorker(),
        vote.getDecision().name(),
        vote.getReason().name());
  }

  private static void verdict(TableBatch batch, Origin origin, Verdict verdict) {
    batch.add(
        "verdicts",
        origin,
        verdict.getRequestId(),
        verdict.getSegment(),
        verdict.getRound(),
        verdict.getOutcome().name(),
        verdict.getLast(),
        verdict.getReason(),
        verdict.getEpoch(),
        verdict.getPolicy(),
        verdict.getCalibrationId(),
        verdict.getTests(),
        verdict.getPositionsOpened(),
        verdict.getPositions(),
        verdict.getNotChecked());
    for (VerdictMember member : verdict.getMembers()) {
      batch.add(
          "members",
          origin,
          verdict.getRequestId(),
          verdict.getSegment(),
          hex(member.getTaskId()),
          member.getWorker(),
          member.getRole().name(),
          member.getRound(),
          member.getDecision().name(),
          member.getReason(),
          member.getHandover());
    }
  }

  private static void transfer(TableBatch batch, Origin origin, Transfer transfer) {
    // A refused command has no posting, but analysts must see it: one row that moves nothing.
    if (transfer.getPostings().isEmpty()) {
      posting(batch, origin, transfer, "", 0);
    }
    for (Posting posting : transfer.getPostings()) {
      posting(batch, origin, transfer, posting.getAccount(), posting.getAmount());
    }
  }

  private static void posting(
      TableBatch batch, Origin origin, Transfer transfer, String account, long amount) {
    batch.add(
        "transfers",
        origin,
        transfer.getTransferId(),
        transfer.getKind(),
        transfer.getRequestId(),
        transfer.getSegment(),
        transfer.getCommandOffset(),
        account,
        amount,
        transfer.getNote());
  }

  private static String hex(ByteBuffer bytes) {
    return HexFormat.of().formatHex(Wire.bytes(bytes));
  }
}
