package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.verillm.protocol.sim.SimulationSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class CommandLineTest {
  /** Keys that every simulation's object begins with. */
  private static final String[] KEYS = {
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
    "violations"
  };

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
  void shouldAnswerWhatIsNoExceptionWithOneLineAndStatusThree() {
    CommandLine line = Verillm.commandLine(Map.of()).setErr(new PrintWriter(err));
    line.addSubcommand(new Deep());

    assertThat(Verillm.run(line, "deep")).isEqualTo(ExitCode.UNREACHABLE);

    assertThat(err.toString())
        .isEqualTo("verillm: failed: java.lang.StackOverflowError: of a command\n");
  }

  @Command(name = "deep")
  private static final class Deep implements Runnable {
    @Override
    public void run() {
      throw new StackOverflowError("of a command");
    }
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
                "--adversary",
                "capture=0.1",
                "--flags",
                "5,2",
                "--output",
                "json"))
        .isEqualTo(ExitCode.OK);
    assertThat(out.toString()).hasLineCount(1);
    JsonNode object = new ObjectMapper().readTree(out.toString());
    assertThat(object.fieldNames()).toIterable().startsWith(KEYS);
    // What it earns where it deviates.
    assertThat(object.at("/payoff/int8")).isIn(roles(object, "int8"));
    assertThat(object.at("/payoff/lazy")).isEqualTo(object.at("/roles/lazy/checker"));
    assertThat(object.at("/payoff/capture")).isEqualTo(object.at("/roles/capture/all"));
    assertThat(object.at("/roles/honest/sentinel/mean").asDouble()).isNegative();
    assertThat(object.at("/honestNotAcceptedRate/mean").asDouble())
        .isGreaterThanOrEqualTo(object.at("/falseAccusationRate/mean").asDouble());
    assertThat(object.at("/extent/positions").asDouble()).isGreaterThan(40);
    assertThat(object.at("/decisions").asText()).matches("[0-9a-f]{64}");
    assertThat(object.at("/detection").has("nothing wrong")).isFalse();
    assertThat(object.at("/detection/log:witness withholds").isNull()).isTrue();
    assertThat(object.at("/detection/log:sealer forks the log").asDouble()).isOne();
    assertThat(object.at("/seed").asInt()).isEqualTo(5);
    assertThat(object.at("/w").asDouble()).isEqualTo(72);
    assertThat(object.at("/payoff/honest").fieldNames())
        .toIterable()
        .containsExactly("mean", "low", "high");
    assertThat(object.at("/bestDeviationGain").asDouble()).isNegative();
    assertThat(object.at("/violations").asInt()).isZero();
  }

  @Test
  void shouldPlayNobodyIfNobodyIsByzantine() throws IOException {
    assertThat(run("simulate", "--cases", "40", "--byzantine", "0", "--output", "json"))
        .isEqualTo(ExitCode.OK);
    JsonNode object = new ObjectMapper().readTree(out.toString());
    assertThat(object.at("/payoff").fieldNames()).toIterable().containsExactly("honest");
    assertThat(object.at("/hadNoTask").isEmpty()).isTrue();
  }

  @Test
  void shouldNotSayThatItIsShownToLoseOfWhoHadNoTask() {
    assertThat(run("simulate", "--cases", "40", "--adversary", "false-flag=0.1"))
        .isEqualTo(ExitCode.BAD);
    assertThat(out.toString()).contains("had no task: false-flag");
    assertThat(err.toString()).contains("nothing is shown of false-flag").hasLineCount(1);
  }

  @Test
  void shouldPlantFlagsWhereEverybodyPlaysAndElseWhereTold() {
    assertThat(flags()).isEqualTo(new SimulationSettings.Flags(0.05, 0.02));
    assertThat(flags("--flags", "1,0")).isEqualTo(new SimulationSettings.Flags(0.01, 0));
    assertThat(flags("--byzantine", "0.1")).isEqualTo(new SimulationSettings.Flags(0, 0));
    assertThat(flags("--adversary", "lazy=0.1")).isEqualTo(new SimulationSettings.Flags(0, 0));
  }

  private static SimulationSettings.Flags flags(String... args) {
    SimulatedOption asked = CommandLine.populateCommand(new SimulatedOption(), args);
    return asked.settings(1, 10, false).flags();
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
    assertThat(object.fieldNames()).toIterable().containsExactly(KEYS);
    assertThat(object.at("/detection").isNull()).isTrue();
    assertThat(object.at("/falseAccusationRate").isNull()).isTrue();
    assertThat(object.at("/violations").isNull()).isTrue();
  }

  @Test
  void shouldCountTheViolationThatEndedARun() throws IOException {
    JsonNode object =
        new ObjectMapper()
            .readTree(
                SimulationJson.broken(
                    SimulationSettings.of(7, 60, 3), 41, "seed 7, step 41: stake"));
    assertThat(object.fieldNames()).toIterable().startsWith(KEYS);
    assertThat(object.at("/payoff").isNull()).isTrue();
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

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --reference --adversary lazy=0.5          | --reference takes no --adversary
          --reference --handovers 2                 | --reference takes no --handovers
          --reference --fee 3                       | --reference takes no --fee
          --reference --flags 0,0                   | --flags cannot be [0.0, 0.0] with --reference
          --measured report.json                    | without --tables takes no --measured
          --threads 2                               | takes no --threads
          --tables docs --w 5                       | --tables takes no --w
          --runs docs --output json                 | --runs takes no --output
          --adversary int8=0.1 --adversary int8=0.2 | --adversary names somebody twice
          --adversary honest=0.5                    | no adversary 'honest'
          --adversary int8=1 --cases 60             | is left to be honest
          --byzantine 1 --cases 60                  | is left to be honest
          --committee 1                             | --committee cannot be 1
          --flags 60,60                             | not [60.0, 60.0]
          """)
  void shouldRefuseASimulationWhoseOptionsWouldMeanNothing(String options, String told) {
    assertThat(run(("simulate " + options).split(" "))).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains(told).hasLineCount(1);
  }

  private static List<JsonNode> roles(JsonNode object, String name) {
    return List.of(
        object.at("/roles/" + name + "/author"), object.at("/roles/" + name + "/checker"));
  }

  private int run(String... args) {
    CommandLine line = Verillm.commandLine(Map.of());
    return line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(args);
  }
}
