package io.verillm.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folders of local stacks where the user names none: numbered ones for demos, one for {@code
 * up}, and a note of the one that was used last.
 */
public final class StackFolders {
  private final Path base;

  /**
   * All folders lie here; version control ignores it.
   *
   * @param base made when first needed
   */
  public StackFolders(Path base) {
    this.base = base.toAbsolutePath().normalize();
  }

  /** One that nothing was put in yet. */
  public StackFolder fresh() {
    int number = 1;
    while (Files.exists(base.resolve("demo-" + number))) {
      number++;
    }
    return new StackFolder(base.resolve("demo-" + number));
  }

  /** The one whose state {@code up} keeps. */
  public StackFolder kept() {
    return new StackFolder(base.resolve("up"));
  }

  /** The one that a stack ran in last, if it is still there. */
  public Optional<StackFolder> latest() {
    return StackFolder.read(base.resolve("latest"))
        .map(name -> new StackFolder(Path.of(name)))
        .filter(StackFolder::exists);
  }

  /** Notes that a stack runs here now. */
  public void remember(StackFolder folder) {
    StackFolder.write(base.resolve("latest"), folder.path().toString());
  }
}
