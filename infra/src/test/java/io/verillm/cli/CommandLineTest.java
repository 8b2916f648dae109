package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldSayItsVersionOnStdout() {
    assertThat(run("--version")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).startsWith("verillm ").contains("Kafka 4.").hasLineCount(1);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldAnswerAWrongOptionWithOneLineAndStatusTwo() {
    assertThat(run("--no-such-option")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).isEqualTo("verillm: Unknown option: '--no-such-option'\n");
  }

  @Test
  void shouldAskForACommandWhereNoneIsGiven() {
    assertThat(run()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).hasLineCount(1);
  }

  @Test
  void shouldNameTheExitStatusInTheHelp() {
    assertThat(run("--help")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("Exit status:").contains("VERILLM_MAX_TOKENS");
  }

  @Test
  void shouldSayAtOnceThatNothingListens() {
    assertThat(run("topics", "list", "--bootstrap", "localhost:1")).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(err.toString())
        .startsWith("verillm topics list: nothing answers at localhost:1;")
        .hasLineCount(1);
  }

  @Test
  void shouldRefuseServersWithoutAPort() {
    assertThat(run("topics", "plan", "--bootstrap", "garbage")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("HOST:PORT").contains("garbage");
  }

  @Test
  void shouldPrintASimulationAsOneObject() throws IOException {
    assertThat(
            run(
                "simulate",
                "--cases",
                "60",
                "--seed",
                "5",
                "--adversary",
                "lazy=0.1",
                "--adversary",
                "int8=0.1",
                "--flags",
                "5,2",
                "--output",
                "json"))
        .isEqualTo(ExitCode.OK);
    assertThat(out.toString()).hasLineCount(1);
    JsonNode object = new ObjectMapper().readTree(out.toString());
    assertThat(object.fieldNames())
        .toIterable()
        .containsExactly(
            "seed",
            "cases",
            "casesPerSecond",
            "committee",
            "byzantine",
            "w",
            "payoff",
            "detection",
            "falseAccusationRate",
            "bestDeviationGain",
            "violations");
    assertThat(object.at("/seed").asInt()).isEqualTo(5);
    assertThat(object.at("/w").asDouble()).isEqualTo(69);
    assertThat(object.at("/payoff/honest").fieldNames())
        .toIterable()
        .containsExactly("mean", "low", "high");
    assertThat(object.at("/bestDeviationGain").asDouble()).isNegative();
    assertThat(object.at("/violations").asInt()).isZero();
  }

  @Test
  void shouldPlayTheReference() throws IOException {
    assertThat(run("simulate", "--reference", "--cases", "2000", "--output", "json"))
        .isEqualTo(ExitCode.OK);
    JsonNode object = new ObjectMapper().readTree(out.toString());
    assertThat(object.at("/committee").asInt()).isEqualTo(7);
    assertThat(object.at("/w").asDouble()).isEqualTo(33.6);
    assertThat(object.at("/payoff/honest/mean").asDouble()).isBetween(0.0, 2.0);
    assertThat(object.at("/bestDeviationGain").asDouble()).isNegative();
    // Verdicts are right by assumption here: nothing of them is counted.
    assertThat(object.has("detection")).isFalse();
    assertThat(object.has("falseAccusationRate")).isFalse();
    assertThat(object.has("violations")).isFalse();
  }

  @Test
  void shouldCountTheViolationThatEndedARun() throws IOException {
    JsonNode object =
        new ObjectMapper().readTree(SimulationJson.broken(7, 60, 41, "seed 7, step 41: stake"));
    assertThat(object.at("/seed").asInt()).isEqualTo(7);
    assertThat(object.at("/cases").asInt()).isEqualTo(60);
    assertThat(object.at("/violations").asInt()).isEqualTo(1);
    assertThat(object.at("/step").asInt()).isEqualTo(41);
    assertThat(object.at("/violation").asText()).contains("stake");
  }

  @Test
  void shouldRefuseAnAdversaryThatNobodyKnows() {
    assertThat(run("simulate", "--adversary", "clever=0.1")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("no adversary 'clever'").hasLineCount(1);
  }

  private int run(String... args) {
    CommandLine line = Verillm.commandLine(Map.of());
    return line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(args);
  }
}
