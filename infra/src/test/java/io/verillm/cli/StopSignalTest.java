package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sun.misc.Signal;

/** Each test is a process of its own, since the class under test ends the one that it is in. */
class StopSignalTest {
  private static final int TERM = 143;

  @TempDir Path folder;

  /** A command that raises the signal itself, once it is ready for it. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws InterruptedException {
      StopSignal.install();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
      switch (args[0]) {
        case "throws" ->
            StopSignal.stopsBy(status -> {
              throw new IllegalStateException("no way out");
            });
        case "stops" ->
            StopSignal.stopsBy(status -> {
              System.out.println("stopped with " + status);
              return ExitCode.BAD;
            });
        case "interrupts" -> UntilInterrupted.call(Child::work);
        default -> throw new IllegalArgumentException(args[0]);
      }
      Signal.raise(new Signal("TERM"));
      new CountDownLatch(1).await();
    }

    private static String work() {
      Signal.raise(new Signal("TERM"));
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        System.out.println("put away");
        Thread.currentThread().interrupt();
      }
      return "nobody hears of it";
    }
  }

  @Test
  void shouldEndWithTheStatusOfTheStopAndHooksBehindIt() throws Exception {
    Program.Run run = child("stops");

    assertThat(run.status()).isEqualTo(ExitCode.BAD);
    assertThat(run.out().lines()).containsExactly("stopped with " + TERM, "hook");
  }

  @Test
  void shouldEndWithoutHooksWhenTheStopFails() throws Exception {
    Program.Run run = child("throws");

    assertThat(run.status()).isEqualTo(TERM);
    assertThat(run.err()).contains("could not stop in order", "no way out");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void shouldWaitForInterruptedWorkToPutAwayWhatItMade() throws Exception {
    Program.Run run = child("interrupts");

    assertThat(run.status()).isEqualTo(TERM);
    assertThat(run.out().lines()).containsExactly("put away", "hook");
  }

  private Program.Run child(String what) throws IOException, InterruptedException {
    return Program.java(folder).run(60, Child.class.getName(), what);
  }
}
