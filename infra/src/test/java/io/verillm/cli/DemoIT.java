package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.verillm.cli.Program.Run;
import io.verillm.topics.KeyStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job, from the command line, with all that a newcomer does next. */
class DemoIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 300;

  /** The whole job has to end within this on two cores. */
  private static final double WALL_SECONDS_MAX = 90;

  @TempDir private static Path folder;
  private static Path data;
  private static Run demo;
  private static JsonNode outcome;

  @TempDir private Path scratch;

  @BeforeAll
  static void runTheDemo() throws Exception {
    data = folder.resolve("demo");
    demo = run(folder, "demo", "--output", "json", "--data", data.toString());
    outcome = JSON.readTree(demo.lastLine());
  }

  @Test
  void shouldPrintOneObjectWithTheFieldsThatScriptsRelyOn() {
    assertThat(demo.status()).as(demo.err()).isZero();
    assertThat(demo.out()).hasLineCount(1);
    assertThat(names(outcome))
        .containsExactly(
            "requests",
            "accepted",
            "rejected",
            "inconclusive",
            "expired",
            "cases",
            "workers",
            "ledgerSum",
            "auditIdentical",
            "generateSeconds",
            "verifySeconds",
            "wallSeconds");
    assertThat(names(outcome.get("workers").get(0)))
        .containsExactly(
            "id",
            "behaviour",
            "casesAsAuthor",
            "casesAsChecker",
            "rejectedAsAuthor",
            "faultsAsChecker",
            "score",
            "paid",
            "slashed",
            "balance");
  }

  @Test
  void shouldDecideEveryRequestInTime() {
    int decided =
        Stream.of("accepted", "rejected", "inconclusive", "expired")
            .mapToInt(name -> outcome.get(name).intValue())
            .sum();

    assertThat(outcome.get("requests").intValue()).isEqualTo(12);
    assertThat(outcome.get("cases").intValue()).isBetween(13, 24);
    assertThat(decided).isEqualTo(12);
    assertThat(outcome.get("expired").intValue()).isZero();
    assertThat(outcome.get("wallSeconds").doubleValue()).isBetween(1.0, WALL_SECONDS_MAX);
    assertThat(outcome.get("generateSeconds").doubleValue()).isPositive();
    assertThat(outcome.get("verifySeconds").doubleValue()).isPositive();
  }

  @Test
  void shouldSlashTheCheatsAndNobodyElse() {
    for (JsonNode worker : outcome.get("workers")) {
      boolean cheat = !worker.get("behaviour").textValue().equals("honest");
      assertThat(worker.get("slashed").longValue() > 0).as(worker.toString()).isEqualTo(cheat);
    }
    assertThat(outcome.get("workers").findValuesAsText("behaviour"))
        .hasSize(10)
        .contains("int8", "lazy");
  }

  @Test
  void shouldRejectWhatTheCheatsWrote() {
    for (JsonNode worker : outcome.get("workers")) {
      int segments = worker.get("casesAsAuthor").intValue();
      int rejected = worker.get("rejectedAsAuthor").intValue();
      switch (worker.get("behaviour").textValue()) {
        case "int8" -> assertThat(rejected).as(worker.toString()).isEqualTo(segments);
        // It generates honestly where there is nothing to check.
        case "lazy" -> assertThat(rejected).as(worker.toString()).isLessThanOrEqualTo(segments);
        default -> assertThat(rejected).as(worker.toString()).isZero();
      }
    }
    assertThat(outcome.get("rejected").intValue()).isPositive();
  }

  @Test
  void shouldBalanceTheLedgerAndRecomputeTheRun() {
    assertThat(outcome.get("ledgerSum").longValue()).isZero();
    assertThat(outcome.get("auditIdentical").booleanValue()).isTrue();
  }

  @Test
  void shouldAnswerSqlAboutTheFinishedRun() throws Exception {
    Run requests =
        run(scratch, "sql", "--data", data.toString(), "select count(*) > 11 as n from requests");
    Run money =
        run(
            scratch,
            "sql",
            "--data",
            data.toString(),
            "--output",
            "json",
            "select sum(balance) as total from balances");

    assertThat(requests.out().lines()).containsExactly("n", "true");
    assertThat(JSON.readTree(money.lastLine()).get(0).get("total").longValue()).isZero();
  }

  @Test
  void shouldAuditTheFinishedRunAgainstTheKeyOfItsCoordinator() throws Exception {
    String key = coordinatorKey();

    Path balances = scratch.resolve("balances");
    Run pinned =
        run(
            scratch,
            "audit",
            "--data",
            data.toString(),
            "--coordinator-key",
            key,
            "--balances",
            balances.toString(),
            "--output",
            "json");
    Run other =
        run(
            scratch,
            "audit",
            "--data",
            data.toString(),
            "--coordinator-key",
            // The first public key of RFC 8032's test vectors: nobody's here.
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");

    JsonNode report = JSON.readTree(pinned.lastLine());
    assertThat(pinned.status()).as(pinned.out()).isZero();
    assertThat(pinned.err()).contains("audit: reading and verifying partitions ...");
    assertThat(report.get("identical").booleanValue()).as(pinned.out()).isTrue();
    assertThat(report.get("coordinatorKey").textValue()).isEqualTo(key);
    assertThat(Files.readAllLines(balances))
        .anyMatch(line -> line.matches("stake:w-01@[0-9a-f]{64}=\\d+"))
        .allMatch(line -> line.matches("(stake:w-\\d+@[0-9a-f]{64}|requester:[0-9a-f]{16})=\\d+"));
    assertThat(other.status()).isEqualTo(ExitCode.BAD);
    assertThat(other.out()).contains(key).contains("coordinator");
  }

  @Test
  void shouldListTablesAndColumnsWithoutAQuery() throws Exception {
    Run run = run(scratch, "sql", "--data", data.toString());

    assertThat(run.out().lines().map(line -> line.split(" ")[0]))
        .contains("requests", "cases", "votes", "verdicts", "scores", "transfers", "refused");
    assertThat(run.out()).contains("request_id, state, outcome, reason");
  }

  @Test
  void shouldKeepOtherPeoplesLogsOffTheTerminal() throws Exception {
    assertThat(demo.err()).doesNotContain("WARN", "ERROR");
    assertThat(data.resolve("verillm.log")).isNotEmptyFile();
    assertThat(data.resolve("unfinished")).doesNotExist();
  }

  @Test
  void shouldAnswerAWrongStatementWithOneLine() throws Exception {
    Run run = run(scratch, "sql", "--data", data.toString(), "drop table requests");

    assertThat(run.status()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).hasLineCount(1);
  }

  @Test
  void shouldFindAndNameOneChangedByteOfAnExport() throws Exception {
    Path export = scratch.resolve("export");
    Run exported = run(scratch, "audit", "export", "--data", data.toString(), export.toString());
    assertThat(exported.status()).as(exported.err()).isZero();
    Run before = run(scratch, "audit", "--from", export.toString(), "--output", "json");
    assertThat(run(scratch, "log", "checkpoint", "--from", export.toString()).out())
        .as("the same log")
        .isEqualTo(run(scratch, "log", "checkpoint", "--data", data.toString()).out())
        .contains("verillm/log");
    Path victim = largest(export, "verdicts");
    flip(victim);

    Path balances = scratch.resolve("unsound");
    Run after =
        run(
            scratch,
            "audit",
            "--from",
            export.toString(),
            "--balances",
            balances.toString(),
            "--output",
            "json");

    assertThat(balances).as("what nobody should pay out").doesNotExist();
    assertThat(before.status()).as(before.out()).isZero();
    assertThat(after.status()).isEqualTo(ExitCode.BAD);
    JsonNode findings = JSON.readTree(after.lastLine()).get("findings");
    assertThat(findings.findValuesAsText("topic")).anyMatch(topic -> topic.contains("verdicts"));
    assertThat(findings.findValuesAsText("rule")).isNotEmpty();
    assertThat(findings.get(0).get("topic").textValue()).contains("verdicts");
    assertThat(findings.get(0).get("cause").booleanValue()).isTrue();
  }

  @Test
  void shouldVerifyReceiptsInAnotherFolderWithTheFileAlone() throws Exception {
    Path access = scratch.resolve("access.properties");
    Files.writeString(access, "verillm.coordinator.key=" + coordinatorKey());
    List<List<String>> pins =
        List.of(
            List.of("--coordinator-key", coordinatorKey()), List.of("--access", access.toString()));
    for (String outcome : List.of("ACCEPTED", "REJECTED")) {
      List<String> verifying = new ArrayList<>(List.of("receipt", "verify", "receipt"));
      verifying.addAll(pins.get(outcome.equals("ACCEPTED") ? 0 : 1));
      verifying.addAll(List.of("--rerun", "--output", "json"));
      String request = requestWith(outcome);
      Path exported = scratch.resolve(outcome + ".receipt");
      Run export =
          run(
              scratch,
              "receipt",
              "export",
              request,
              "--data",
              data.toString(),
              "--out",
              exported.toString());
      assertThat(export.status()).as(export.err()).isZero();
      Path elsewhere = Files.createDirectory(scratch.resolve("elsewhere-" + outcome));
      Path receipt = Files.move(exported, elsewhere.resolve("receipt"));

      Run verify = run(elsewhere, verifying.toArray(String[]::new));

      JsonNode report = JSON.readTree(verify.lastLine());
      assertThat(verify.status()).as(verify.out() + verify.err()).isZero();
      assertThat(export.out()).contains("coordinator " + coordinatorKey());
      assertThat(report.get("verified").booleanValue()).isTrue();
      assertThat(report.get("outcome").textValue()).isEqualTo(outcome);
      assertThat(report.get("request").textValue()).isEqualTo(request);
      assertThat(report.get("findings")).isEmpty();
      assertThat(report.get("rerun").toString()).contains("agrees with " + outcome);
      assertThat(report.get("coordinatorKey").textValue()).isEqualTo(coordinatorKey());
      Run unpinned = run(elsewhere, "receipt", "verify", "receipt", "--output", "json");
      assertThat(unpinned.status()).as(unpinned.out()).isEqualTo(ExitCode.UNREACHABLE);
      assertThat(JSON.readTree(unpinned.lastLine()).get("verified").booleanValue()).isFalse();
      flip(receipt);
      Run flipped = run(elsewhere, "receipt", "verify", receipt.toString());
      assertThat(flipped.status()).isEqualTo(ExitCode.BAD);
      assertThat(flipped.out()).contains("WRONG ", "NOT verified");
    }
  }

  private static String coordinatorKey() {
    byte[] key =
        new KeyStore(data.resolve("keys"), new SecureRandom())
            .signing("coordinator")
            .publicKey()
            .bytes();
    return HexFormat.of().formatHex(key);
  }

  private String requestWith(String outcome) throws Exception {
    Run run =
        run(
            scratch,
            "sql",
            "--data",
            data.toString(),
            "--output",
            "json",
            // One rejected segment rejects the answer, whatever its others are.
            "select request_id as id from verdicts where is_last group by request_id having bool_or("
                + "outcome = 'REJECTED') = "
                + outcome.equals("REJECTED"));
    return JSON.readTree(run.lastLine()).get(0).get("id").textValue();
  }

  @Test
  void shouldAcceptAllAndSlashNobodyWhereNobodyCheats() throws Exception {
    Run run =
        run(
            scratch,
            "demo",
            "--honest",
            "--requests",
            "6",
            "--output",
            "json",
            "--data",
            scratch.resolve("honest").toString());

    JsonNode honest = JSON.readTree(run.lastLine());
    assertThat(honest.get("accepted").intValue()).isEqualTo(6);
    assertThat(honest.get("workers").findValues("slashed"))
        .allMatch(slashed -> slashed.longValue() == 0);
    assertThat(honest.get("workers").findValuesAsText("behaviour")).containsOnly("honest");
  }

  @Test
  void shouldNotRunASecondDemoInTheSameFolder() throws Exception {
    Run run = run(scratch, "demo", "--data", data.toString());

    assertThat(run.status()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).hasLineCount(1).contains(data.toString());
  }

  private static Run run(Path folder, String... arguments) throws Exception {
    return Program.launcher(folder, Map.of()).run(PATIENCE_SECONDS, arguments);
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Path largest(Path export, String topic) throws IOException {
    try (Stream<Path> files = Files.list(export)) {
      return files
          .filter(file -> file.getFileName().toString().contains(topic))
          .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
          .orElseThrow();
    }
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length * 2 / 3] ^= 1;
    Files.write(file, bytes);
  }
}
