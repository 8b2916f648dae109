package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Accepted;
import io.verillm.events.FlagKind;
import io.verillm.events.FundAccount;
import io.verillm.events.ParametersSet;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.SettleCase;
import io.verillm.events.Transfer;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.GroupedLedgerState;
import io.verillm.protocol.money.Ledger;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.schemas.EventCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * How requests end, as a second implementation has it ({@code generate_settlements.py}): from what
 * members of its cases were judged to what the ledger moves.
 */
class SettlementGoldenTest {
  private static final String REQUESTER = "requester:00000000000000aa";
  private static final TestRequest ONE = TestRequest.standard();
  private static final Hash NO_OUTPUT = HashInput.of("output").hash();
  private static final RegistrySnapshot REGISTRY = TestRegistry.of(TestModel.registered());

  private final Map<String, TaskState> tasks = new HashMap<>();
  private final Map<Hash, String> workers = new HashMap<>();
  private final List<SpecificRecord> commands = new ArrayList<>();

  @ParameterizedTest
  @CsvFileSource(
      resources = "/vectors/settlements.csv",
      numLinesToSkip = 1,
      maxCharsPerColumn = 16_384)
  void shouldPayAndTakeAsTheSecondImplementation(
      String parameters,
      String asked,
      @Nullable String marks,
      String told,
      String cases,
      FlagKind flag,
      long treasury,
      String worst,
      @Nullable String settlements,
      String transfers) {
    ParametersSet set = parameters(parameters);
    Accepted accepted = accepted(asked, Parameters.of(set));
    RequestState request = new RequestState(ONE.id(), EventCodec.encode(accepted), set, 0);
    request.flag = flag;
    request.input = Optional.of(ONE.input());
    request.outputs = outputs(marks);
    Stream.of(told.split("\\|")).forEach(text -> request.tasks.add(task(text)));
    request.cases.clear();
    Stream.of(cases.split("\\|")).forEach(text -> request.cases.add(found(request, text)));
    for (int round = 1; round <= 2; round++) {
      request.committees.add(new DrawnCommittee(1, new byte[0], accepted.getCheckers()));
    }

    end(request);

    List<SettleCase> settled =
        commands.stream().filter(SettleCase.class::isInstance).map(SettleCase.class::cast).toList();
    assertThat(settled)
        .allSatisfy(s -> assertThat(s.getRequestOutcome()).isEqualTo(worst))
        .allSatisfy(s -> assertThat(s.getPeerWeight()).isEqualTo(set.getPeerWeight()))
        .extracting(SettleCase::getSegment)
        .containsExactlyElementsOf(request.cases.stream().map(c -> c.segment).toList());
    assertThat(settled.stream().map(this::words).collect(Collectors.joining("|")))
        .isEqualTo(settlements == null ? "" : settlements);
    assertThat(moved(accepted.getEscrow(), treasury, told)).isEqualTo(transfers);
  }

  private static long[] numbers(String text) {
    return Stream.of(text.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  /** w, fee, S_open, S_miss, author's slash, lock, S_bad, S_good. */
  private static ParametersSet parameters(String text) {
    long[] p = numbers(text);
    return ParametersSet.newBuilder(Parameters.standard().toEvent())
        .setPeerWeight(p[0])
        .setFlatFee(p[1])
        .setSlashOpening(p[2])
        .setSlashMissing(p[3])
        .setSlashAuthor(p[4])
        .setLock(p[5])
        .setSlashBadFlag(p[6])
        .setSlashGoodFlag(p[7])
        .build();
  }

  /** Checkers, hand-overs, price, maxTokens. */
  private static Accepted accepted(String text, Parameters parameters) {
    long[] asked = numbers(text);
    return Accepted.newBuilder(ONE.accepted())
        .setRequester(REQUESTER)
        .setCheckers((int) asked[0])
        .setHandovers((int) asked[1])
        .setPrice(asked[2])
        .setMaxTokens((int) asked[3])
        .setEscrow(parameters.escrow(asked[2], (int) (asked[0] + asked[1])))
        .build();
  }

  private static List<Secrets.Output> outputs(@Nullable String marks) {
    return marks == null
        ? List.of()
        : Stream.of(marks.split(" "))
            .map(mark ->
                new Secrets.Output(ONE.prompt() + Integer.parseInt(mark), NO_OUTPUT, NO_OUTPUT))
            .toList();
  }

  private TaskState task(String text) {
    String[] fields = text.split(":");
    boolean author = fields[1].startsWith("a");
    int number = Integer.parseInt(fields[1].substring(1));
    Hash id = HashInput.of("task").add(fields[0]).hash();
    TaskState task =
        new TaskState(id, new byte[0], fields[0], author, number, author ? 0 : number, 0);
    task.prefillRoot = fields[2].contains("P") ? NO_OUTPUT : null;
    task.finalRoot = fields[2].contains("F") ? NO_OUTPUT : null;
    task.ineligible = fields[2].contains("I");
    task.exposed = fields[2].contains("E");
    tasks.put(fields[0], task);
    workers.put(id, fields[0]);
    return task;
  }

  private CaseState found(RequestState request, String text) {
    String[] words = text.split(" ");
    String[] decided = words[0].split("/");
    CaseState found = new CaseState(request.cases.size());
    found.round = Integer.parseInt(words[1]);
    found.decision = new CaseDecision(VerdictOutcome.valueOf(decided[0]), decided[1]);
    Stream.of(words).skip(2).forEach(word -> found.members.add(member(found.segment, word)));
    return found;
  }

  private MemberState member(int segment, String text) {
    String worker = text.substring(0, text.indexOf('='));
    String[] said = text.substring(worker.length() + 1).split("\\+", 2);
    String marks = said.length > 1 ? said[1] : "";
    TaskState task = tasks.get(worker);
    MemberState member =
        task.author && task.segment == segment
            ? MemberState.author(task)
            : MemberState.checker(task);
    if (!said[0].isEmpty()) {
      String[] judged = said[0].split("/");
      member.judgement = Judgement.valueOf(judged[0]);
      member.judgementReason = judged.length > 1 ? judged[1] : "";
      member.vote = member.isValid() && !marks.contains("N") ? said[0] : "";
    }
    member.fault = marks.contains("F");
    member.closedInSecondRound = marks.contains("C");
    member.contradicted = marks.contains("A");
    return member;
  }

  private void end(RequestState request) {
    ShardState state = new ShardState();
    state.registry = REGISTRY;
    new RequestEnd(
            state,
            new CaseBasis(state, new TestCoordinator()),
            new StakeLocks(this::published),
            this::published)
        .settle(request, new ClosedEpoch(1, 1, null, NO_OUTPUT));
  }

  private void published(Effect effect) {
    commands.add(((Effect.Publish) effect).event());
  }

  private String words(SettleCase settled) {
    return Stream.of(
            settled.getPayments().stream()
                .map(p -> "pay %s %d %s".formatted(by(p.getTaskId()), p.getAmount(), p.getKind())),
            settled.getSlashes().stream()
                .map(
                    s -> "slash %s %d %s".formatted(by(s.getTaskId()), s.getAmount(), s.getKind())),
            settled.getVotes().stream()
                .map(v ->
                    "vote %s %s%s"
                        .formatted(
                            v.getWorker(),
                            v.getReject() ? "REJECT" : "ACCEPT",
                            v.getCounts() ? "" : " handover")))
        .flatMap(words -> words)
        .collect(Collectors.joining("; "));
  }

  private String by(ByteBuffer taskId) {
    return workers.get(Wire.hash(taskId));
  }

  /** What the ledger moves for the settlements, where everybody has what the vectors say. */
  private String moved(long escrow, long treasury, String told) {
    Ledger ledger = new Ledger(new GroupedLedgerState(), 1);
    List<SpecificRecord> all = new ArrayList<>();
    fund(all, Accounts.TREASURY, treasury);
    fund(all, REQUESTER, escrow);
    for (String task : told.split("\\|")) {
      String[] fields = task.split(":");
      fund(all, Accounts.stake(fields[0]), Long.parseLong(fields[3]));
    }
    all.add(new ReserveEscrow("reserve", ONE.id(), 0, REQUESTER, escrow, 0));
    all.addAll(commands);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      ledger.apply(i, all.get(i)).transfers().stream()
          .filter(t -> t.getKind().equals("settle") || t.getKind().equals("denied"))
          .forEach(t -> lines.add(line(t)));
    }
    return String.join("|", lines);
  }

  private static void fund(List<SpecificRecord> all, String account, long units) {
    if (units > 0) {
      all.add(new FundAccount("fund/" + account, account, units));
    }
  }

  private static String line(Transfer transfer) {
    return Stream.concat(
            transfer.getPostings().stream()
                .map(p -> p.getAccount().replace(ONE.id(), "r") + " " + p.getAmount()),
            Stream.of(transfer.getNote()))
        .collect(Collectors.joining(" "));
  }
}
