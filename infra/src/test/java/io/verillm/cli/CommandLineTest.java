package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

  private int run(String... args) {
    CommandLine line = Verillm.commandLine(Map.of());
    return line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(args);
  }
}
