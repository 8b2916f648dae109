package io.verillm.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackFoldersTest {
  @TempDir private Path home;

  private StackFolders folders;

  @BeforeEach
  void setUp() {
    folders = new StackFolders(home);
  }

  @Test
  void shouldFindTheFolderThatWasUsedLast() {
    StackFolder first = folders.fresh();
    StackPlan.of(4, false, 7).keptIn(first);
    folders.remember(first);

    assertThat(folders.latest()).contains(first);
    assertThat(folders.fresh()).isNotEqualTo(first);
  }

  @Test
  void shouldKnowNoLatestFolderBeforeAnyRan() {
    assertThat(folders.latest()).isEmpty();
  }

  @Test
  void shouldFindEachStackByItsPortWhicheverStartedLast() {
    StackFolder first = running("first", "127.0.0.1:9092");
    StackFolder second = running("second", "127.0.0.1:9093");

    assertThat(folders.runningAt("localhost:9092")).contains(first);
    assertThat(folders.runningAt("elsewhere.invalid:9092, 127.0.0.1:9093")).contains(second);
    assertThat(folders.runningAt("localhost:9094")).isEmpty();
    assertThat(folders.runningAt("192.0.2.1:9092")).isEmpty();
    assertThat(folders.runningAt("../latest")).isEmpty();
  }

  @Test
  void shouldForgetAStackThatStoppedOrMovedToAnotherPort() {
    StackFolder stopped = running("stopped", "127.0.0.1:9092");
    StackFolder moved = running("moved", "127.0.0.1:9093");
    stopped.markStopped();
    moved.markRunning("127.0.0.1:9095");

    assertThat(folders.runningAt("127.0.0.1:9092")).isEmpty();
    assertThat(folders.runningAt("127.0.0.1:9093")).isEmpty();
  }

  private StackFolder running(String name, String at) {
    StackFolder folder = new StackFolder(home.resolve(name));
    folder.markRunning(at);
    folders.remember(folder);
    return folder;
  }
}
