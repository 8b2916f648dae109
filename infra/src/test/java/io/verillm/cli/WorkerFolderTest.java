package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class WorkerFolderTest {
  private final List<Process> started = new ArrayList<>();
  @TempDir private Path folder;

  /** Opens a worker's folder and keeps it until it is killed. */
  @Command(name = "holder")
  static final class Holder implements Callable<Integer> {
    @Mixin private WorkerFolder folder = new WorkerFolder();

    public static void main(String[] args) {
      FailureLine failures = new FailureLine();
      System.exit(
          new CommandLine(new Holder()).setExecutionExceptionHandler(failures).execute(args));
    }

    @Override
    public Integer call() throws Exception {
      try (WorkerFolder.Opened opened = folder.open("w-01")) {
        System.out.println("keeps " + opened.evidence().bytes());
        return System.in.read();
      }
    }
  }

  @Test
  void shouldBelongToOneProcessAtATimeAndToTheNextWhenThatOneIsKilled() throws Exception {
    Process first = start();
    assertThat(first.inputReader().readLine()).isEqualTo("keeps 0");

    Program.Run second =
        Program.java(folder).run(60, Holder.class.getName(), "--data", data().toString());
    first.destroyForcibly().waitFor();
    Process third = start();

    assertThat(second.status()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(second.err()).hasLineCount(1).contains("another process works with " + data());
    assertThat(third.inputReader().readLine()).isEqualTo("keeps 0");
  }

  @AfterEach
  void leaveNobodyWaiting() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Process start() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            Holder.class.getName(),
            "--data",
            data().toString());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    started.add(process);
    return process;
  }
}
