package io.verillm.cli;

import io.verillm.events.Accepted;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.DutyBegun;
import io.verillm.events.DutyMissed;
import io.verillm.events.FlagDuty;
import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.events.Request;
import io.verillm.events.SettleCase;
import io.verillm.events.Task;
import io.verillm.local.LocalStack;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.SettlementKinds;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.access.Principal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What the log says of one worker's flags.
 *
 * @param owed duty epochs in each of which it owes one flag
 * @param planted its requests
 * @param admitted ids of all requests that were admitted
 * @param opened flags that it opened
 * @param paid ids of requests that it was paid for as an author
 * @param lost settlements that took something of its stake
 * @param missed what it lost for duties
 * @param proved its proofs of what it owed
 */
record SentinelLog(
    List<DutyBegun> owed,
    List<Request> planted,
    Set<String> admitted,
    List<FlagOpening> opened,
    Set<String> paid,
    List<SettleCase> lost,
    List<DutyMissed> missed,
    List<FlagDuty> proved) {
  private static final Set<String> AS_AUTHOR = Set.of(SettlementKinds.AUTHOR, SettlementKinds.FLAG);

  /**
   * Reads it from its beginning.
   *
   * @param badFlags rate by which duty epochs are known in which every slot owes a flag
   */
  static SentinelLog of(LocalStack stack, String worker, int badFlags) {
    LogEvents log = new LogEvents(stack.as(Principal.OPERATOR));
    Catalogue catalogue = stack.catalogue();
    List<SettleCase> settled = log.all(catalogue.ledgerCommands(), SettleCase.class);
    return new SentinelLog(
        log.all(catalogue.flags(), DutyBegun.class).stream()
            .filter(duty -> duty.getBadFlags() == badFlags)
            .toList(),
        log.all(catalogue.requests(), Request.class).stream()
            .filter(request ->
                request.getFlagClaims().stream()
                    .anyMatch(claim -> claim.getSentinel().equals(worker)))
            .toList(),
        log.all(catalogue.accepted(), Accepted.class).stream()
            .map(Accepted::getRequestId)
            .collect(Collectors.toSet()),
        log.all(catalogue.flags(), FlagOpening.class),
        settled.stream()
            .filter(settle ->
                settle.getPayments().stream()
                    .anyMatch(payment ->
                        payment.getWorker().equals(worker)
                            && AS_AUTHOR.contains(payment.getKind())))
            .map(SettleCase::getRequestId)
            .collect(Collectors.toSet()),
        settled.stream()
            .filter(settle ->
                settle.getSlashes().stream().anyMatch(slash -> slash.getWorker().equals(worker)))
            .toList(),
        log.all(catalogue.ledgerCommands(), DutyMissed.class).stream()
            .filter(missed -> missed.getWorker().equals(worker))
            .toList(),
        log.all(catalogue.flags(), FlagDuty.class).stream()
            .filter(proof -> proof.getSentinel().equals(worker))
            .toList());
  }

  Set<String> plantedIds() {
    return planted.stream().map(Request::getRequestId).collect(Collectors.toSet());
  }

  /**
   * Whether the answer to each of its requests is on the log.
   *
   * @param access the worker's own: nobody else reads its tasks
   */
  boolean isAllWritten(LocalStack stack, KafkaAccess access, String worker) {
    Set<ByteBuffer> tasks =
        new LogEvents(stack.as(Principal.OPERATOR))
            .all(stack.catalogue().commitments(), Commitment.class).stream()
                .filter(c -> c.getWorker().equals(worker) && c.getStep() == CommitmentStep.FINAL)
                .map(Commitment::getTaskId)
                .collect(Collectors.toSet());
    Set<ByteBuffer> seeds =
        new LogEvents(access)
            .all(stack.catalogue().tasks(worker), Task.class).stream()
                .filter(task -> tasks.contains(task.getTaskId()))
                .map(Task::getSeed)
                .collect(Collectors.toSet());
    return planted.stream().map(SentinelLog::seed).allMatch(seeds::contains);
  }

  private static ByteBuffer seed(Request request) {
    return Wire.buffer(
        Digests.seed(
            UUID.fromString(request.getRequestId()),
            VerifyKey.of(Wire.bytes(request.getRequesterKey())),
            Wire.bytes(request.getNonce())));
  }

  /** What keeps each duty epoch until then from being met; nothing where all are. */
  List<String> unmet(long beganBeforeMillis) {
    return owed.stream()
        .filter(duty -> duty.getTimeMillis() < beganBeforeMillis)
        .flatMap(duty -> fault(duty).map(fault -> name(duty) + fault).stream())
        .toList();
  }

  private static String name(DutyBegun duty) {
    return "shard %d, duty epoch %d: ".formatted(duty.getShard(), duty.getDutyEpoch());
  }

  /** As deciding counts a loss: each slot's flag must be opened, and the duty be proved. */
  private Optional<String> fault(DutyBegun duty) {
    Optional<String> requestId =
        planted.stream()
            .filter(request -> isOf(request, duty))
            .map(Request::getRequestId)
            .findFirst();
    if (requestId.isEmpty()) {
      return Optional.of("not planted");
    }
    String id = requestId.get();
    if (!admitted.contains(id)) {
      return Optional.of(id + " is not admitted");
    }
    if (opened.stream().noneMatch(flag -> flag.getRequestId().equals(id))) {
      return Optional.of(id + " is not opened");
    }
    if (!paid.contains(id)) {
      return Optional.of(id + " is not paid");
    }
    return proved.stream().anyMatch(proof -> isOf(proof, duty))
        ? Optional.empty()
        : Optional.of("not proved");
  }

  static boolean isOf(Request request, DutyBegun duty) {
    return request.getFlagClaims().getFirst().getDutyEpoch() == duty.getDutyEpoch()
        && Catalogue.local().shardOf(request.getRequestId()) == duty.getShard();
  }

  private static boolean isOf(FlagDuty proof, DutyBegun duty) {
    return proof.getScoringEpoch() == duty.getDutyEpoch()
        && proof.getShard() == duty.getShard()
        && proof.getOwed() == duty.getSlots();
  }

  /** Kinds of the flags that counted. */
  Set<FlagKind> counted() {
    return opened.stream()
        .filter(flag -> paid.contains(flag.getRequestId()))
        .map(FlagOpening::getKind)
        .collect(Collectors.toSet());
  }
}
