package io.verillm.protocol.shard;

import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.CaseVote;
import io.verillm.events.ParametersSet;
import io.verillm.events.SettleCase;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.money.SettlementKinds;
import io.verillm.protocol.vote.CaseGround;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Settlement (i): what the end of a request's cases pays and takes, protocol section 11. At most
 * one slash for a task, the largest that any of its cases calls for; who is slashed earns nothing.
 */
final class CaseSettlement {
  private final RequestState request;
  private final CaseBasis basis;
  private final ParametersSet parameters;
  private final Map<Hash, CaseSlash> slashes = new HashMap<>();

  CaseSettlement(RequestState request, CaseBasis basis) {
    this.request = request;
    this.basis = basis;
    this.parameters = request.parameters;
    request.tasks.forEach(t -> slash(t).ifPresent(s -> slashes.put(t.taskId, s)));
  }

  SettleCase of(CaseState found) {
    List<CaseSlash> taken =
        request.tasks.stream()
            .filter(t -> slashes.containsKey(t.taskId) && home(t) == found)
            .map(t -> slashes.get(t.taskId))
            .toList();
    List<CasePayment> payments =
        found.members.stream()
            .filter(m -> !slashes.containsKey(m.task.taskId))
            .flatMap(m -> payment(found, m).stream())
            .toList();
    return new SettleCase(
        "settle/" + request.requestId + "/" + found.segment,
        request.requestId,
        found.segment,
        found.decision.outcome().name(),
        request.accepted().getRequester(),
        payments,
        taken,
        votes(found),
        outcome().name(),
        found == request.newest(),
        parameters.getPeerWeight());
  }

  /** A request that ended before it became a case: everything goes back. */
  static SettleCase refund(String requestId, String requester) {
    return new SettleCase(
        "settle/" + requestId + "/0",
        requestId,
        0,
        VerdictOutcome.EXPIRED.name(),
        requester,
        List.of(),
        List.of(),
        List.of(),
        VerdictOutcome.EXPIRED.name(),
        true,
        0L);
  }

  /** The worst of all cases; the enum lists the worst outcome first. */
  private VerdictOutcome outcome() {
    return request.cases.stream()
        .map(c -> c.decision.outcome())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  private CaseState home(TaskState task) {
    return StakeLocks.home(request, task);
  }

  private Optional<CasePayment> payment(CaseState found, MemberState m) {
    if (!m.author) {
      return earns(found, m)
          ? Optional.of(payment(m, fee(found, m), feeKind(m)))
          : Optional.empty();
    }
    return found.decision.isAccepted() && m == found.author()
        ? Optional.of(payment(m, pay(found), SettlementKinds.AUTHOR))
        : Optional.empty();
  }

  /**
   * Who is unsure earns nothing, but where two thirds of round 2 could not be sure either. Nor does
   * who rejects what nobody else can look at: it would be paid for stopping a case. Whom the
   * coordinator sends away has done its work.
   */
  private static boolean earns(CaseState found, MemberState checker) {
    return (found.decision.isUnseen() ? checker.is(Judgement.ACCEPT) : checker.isSure())
        || found.decision.isUnconfirmed() && checker.isValid()
        || found.decision.isOutputLost() && checker.committed();
  }

  private static String feeKind(MemberState checker) {
    if (checker.isHandover()) {
      return SettlementKinds.FEE_HANDOVER;
    }
    return checker.round == 1 ? SettlementKinds.FEE : SettlementKinds.FEE_ROUND_2;
  }

  private static CasePayment payment(MemberState m, long amount, String kind) {
    return new CasePayment(m.task.worker, Wire.buffer(m.task.taskId), amount, kind);
  }

  /** A task's flat fee in equal parts, one for each case that it checks. */
  private long fee(CaseState found, MemberState m) {
    List<CaseState> checked = request.checkedBy(m.task).toList();
    int index = checked.indexOf(found);
    return part(parameters.getFlatFee(), index, index + 1, checked.size());
  }

  /**
   * The price of the segment's tokens. Behind a segment that was not accepted slashes pay it, and
   * no more of them than nobody else needs.
   */
  private long pay(CaseState found) {
    boolean charged =
        request.cases.stream()
            .filter(c -> c.segment < found.segment)
            .allMatch(c -> c.decision.isAccepted());
    if (charged) {
      return price(found);
    }
    int handovers = Math.max(1, request.accepted().getHandovers());
    long left = Parameters.of(parameters).slashLeft(request.accepted().getCheckers(), handovers);
    return Math.min(price(found), left / handovers);
  }

  /** The price of the segment's tokens. */
  private long price(CaseState found) {
    CaseGround ground = basis.ground(request, found);
    int prompt = ground.input().getPromptLength();
    return part(
        request.accepted().getPrice(),
        ground.start() - prompt,
        ground.size() - prompt,
        request.accepted().getMaxTokens());
  }

  /** What lies between two marks of a whole; all parts together are never more than it. */
  private static long part(long whole, long from, long to, long of) {
    BigInteger all = BigInteger.valueOf(whole);
    BigInteger divisor = BigInteger.valueOf(of);
    return all.multiply(BigInteger.valueOf(to))
        .divide(divisor)
        .subtract(all.multiply(BigInteger.valueOf(from)).divide(divisor))
        .longValueExact();
  }

  private Optional<CaseSlash> slash(TaskState task) {
    return request.cases.stream()
        .flatMap(c -> c.members.stream().filter(m -> m.task == task).flatMap(m -> slash(c, m)))
        .max(Comparator.comparingLong(CaseSlash::getAmount));
  }

  private Stream<CaseSlash> slash(CaseState found, MemberState m) {
    if (m.task.exposed) {
      // What it did or left undone was the coordinator's doing.
      return Stream.empty();
    }
    if (m.author) {
      return authorSlash(found, m);
    }
    boolean silent = m.is(Judgement.SILENT) || m.closedInSecondRound;
    if (m.fault || m.is(Judgement.FAULT) || silent || m.contradicted) {
      return slash(m, parameters.getSlashOpening(), SettlementKinds.SLASH_OPENING);
    }
    return m.is(Judgement.MISSING)
        ? slash(m, parameters.getSlashMissing(), SettlementKinds.SLASH_MISSING)
        : Stream.empty();
  }

  private Stream<CaseSlash> authorSlash(CaseState found, MemberState m) {
    if (m.task.ineligible) {
      // It was asked by mistake, and owes nothing.
      return Stream.empty();
    }
    if (m != found.author() || found.decision.outcome() == VerdictOutcome.EXPIRED) {
      // Whoever sealed its segment was not silent, whatever became of its tokens.
      return m.task.finalRoot != null
          ? Stream.empty()
          : slash(m, parameters.getSlashMissing(), SettlementKinds.SLASH_MISSING);
    }
    if (found.decision.isUnconfirmed()) {
      long amount = parameters.getSlashMissing() + fees(found) + paidBehind(found);
      return slash(m, amount, SettlementKinds.SLASH_UNCONFIRMED);
    }
    return found.decision.outcome() == VerdictOutcome.REJECTED
        ? slash(m, parameters.getSlashAuthor(), SettlementKinds.SLASH_AUTHOR)
        : Stream.empty();
  }

  private long fees(CaseState found) {
    return found.members.stream()
        .filter(m -> !m.author && earns(found, m))
        .mapToLong(m -> fee(found, m))
        .sum();
  }

  /**
   * What the segments behind one that could not be confirmed are paid, up to the next whose author
   * pays: nobody else does, and those that went on with it did nothing wrong.
   */
  private long paidBehind(CaseState found) {
    return request.cases.stream()
        .skip(found.segment + 1L)
        .takeWhile(
            c -> !c.decision.isUnconfirmed() && c.decision.outcome() != VerdictOutcome.REJECTED)
        .mapToLong(c -> fees(c) + (c.decision.isAccepted() ? pay(c) : 0))
        .sum();
  }

  private static Stream<CaseSlash> slash(MemberState m, long amount, String kind) {
    return Stream.of(new CaseSlash(m.task.worker, Wire.buffer(m.task.taskId), amount, kind));
  }

  /**
   * Round-1 votes that peer prediction scores: cast, valid, and their task lost no stake. A case
   * that nobody could decide scores none, nor does a rejected one whose author pays nothing: what
   * they would bring is paid by nobody.
   */
  private List<CaseVote> votes(CaseState found) {
    VerdictOutcome outcome = found.decision.outcome();
    boolean unpaid =
        outcome == VerdictOutcome.REJECTED && !slashes.containsKey(found.author().task.taskId);
    if (unpaid || outcome == VerdictOutcome.INCONCLUSIVE) {
      return List.of();
    }
    return found
        .checkers(1)
        .filter(m -> m.isSure() && !m.vote.isEmpty())
        .filter(m -> !slashes.containsKey(m.task.taskId))
        .map(m -> new CaseVote(m.task.worker, m.is(Judgement.REJECT), !m.isHandover()))
        .toList();
  }
}
