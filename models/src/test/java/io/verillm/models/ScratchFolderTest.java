package io.verillm.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchFolderTest {
  private static final String KIND = ".work-";

  @TempDir private Path parent;

  /** Another process: holds a folder until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws IOException {
      try (ScratchFolder folder = ScratchFolder.make(Path.of(args[0]), KIND)) {
        Files.writeString(folder.path().resolve("file"), "half");
        System.out.println(folder.path());
        System.in.read();
      }
    }
  }

  @Test
  void shouldGoWithWhatIsInIt() throws IOException {
    ScratchFolder folder = ScratchFolder.make(parent, KIND);
    Files.writeString(Files.createDirectory(folder.path().resolve("deep")).resolve("file"), "x");

    folder.close();

    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void shouldNeitherFollowALockThatIsALinkNorMakeOne() throws IOException {
    Path elsewhere = parent.resolve("elsewhere");
    Path linked = Files.createDirectory(parent.resolve(KIND + "linked"));
    Files.writeString(linked.resolve("file"), "x");
    Files.createSymbolicLink(linked.resolve(".held"), elsewhere);
    Path unlocked = Files.createDirectory(parent.resolve(KIND + "unlocked"));
    Files.writeString(unlocked.resolve("file"), "x");

    ScratchFolder.make(parent, KIND).close();

    assertThat(elsewhere).doesNotExist();
    assertThat(linked.resolve("file")).exists();
    assertThat(unlocked).isDirectoryNotContaining("glob:**.held").isNotEmptyDirectory();
  }

  @Test
  void shouldRemoveWhatIsLeftThoughSeveralFindIt() throws Exception {
    for (int round = 0; round < 20; round++) {
      Path left = Files.createDirectory(parent.resolve(KIND + "left" + round));
      Files.createFile(left.resolve(".held"));
      for (int file = 0; file < 20; file++) {
        Files.createFile(left.resolve("file" + file));
      }
      Callable<Void> make =
          () -> {
            ScratchFolder.make(parent, KIND).close();
            return null;
          };
      try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
        for (Future<Void> one : threads.invokeAll(Collections.nCopies(4, make))) {
          one.get();
        }
      }
      assertThat(parent).isEmptyDirectory();
    }
  }

  @Test
  void shouldNotFailForAnotherThatCannotBeRemoved() throws IOException {
    Path left = Files.createDirectory(parent.resolve(KIND + "left"));
    Files.createFile(left.resolve(".held"));
    Path closed = Files.createDirectory(left.resolve("closed"));
    Files.createFile(closed.resolve("file"));
    assumeTrue(closed.toFile().setWritable(false) && !Files.isWritable(closed), "may all");

    ScratchFolder.make(parent, KIND).close();

    assertThat(closed.toFile().setWritable(true)).isTrue();
    ScratchFolder.make(parent, KIND).close();
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void shouldStayWhereItIsMoved() throws IOException {
    Path target = parent.resolve("target");
    try (ScratchFolder folder = ScratchFolder.make(parent, KIND)) {
      Files.writeString(folder.path().resolve("file"), "x");
      folder.moveTo(target);
    }

    try (var left = Files.walk(parent)) {
      assertThat(left).containsExactlyInAnyOrder(parent, target, target.resolve("file"));
    }
  }

  @Test
  void shouldRemoveWhatAKilledProcessLeftAndNothingOfTheLiving() throws Exception {
    Path live;
    Process holder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                parent.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (ScratchFolder own = ScratchFolder.make(parent, KIND)) {
      Files.writeString(own.path().resolve("file"), "x");
      live = Path.of(holder.inputReader().readLine());

      ScratchFolder.make(parent, KIND).close();
      assertThat(live).isNotEmptyDirectory();
      assertThat(own.path()).isNotEmptyDirectory();
    } finally {
      holder.destroyForcibly().waitFor();
    }

    ScratchFolder.make(parent, ".other-").close();
    assertThat(live).isNotEmptyDirectory();
    ScratchFolder.make(parent, KIND).close();
    assertThat(parent).isEmptyDirectory();
  }
}
