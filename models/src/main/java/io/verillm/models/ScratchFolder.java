package io.verillm.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that goes with what was written into it, unless it is moved to where it shall stay. What
 * a killed process left goes when the next one of the same kind is made: a lock that a process
 * holds as long as it lives tells its folders from those of the dead.
 */
public final class ScratchFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ScratchFolder.class);
  private static final String HELD = ".held";

  /** A process must not open its own lock files: closing one would set its lock free. */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel held;

  private ScratchFolder(Path path, FileChannel held) {
    this.path = path;
    this.held = held;
  }

  /**
   * Makes one. Unlike a temporary folder, it may be read by whom the umask allows.
   *
   * @param parent exists
   * @param kind how its name begins; abandoned ones of this kind are removed
   * @throws IOException if that is not possible
   */
  public static ScratchFolder make(Path parent, String kind) throws IOException {
    Path root = parent.toRealPath();
    Path path = root.resolve(kind + UUID.randomUUID());
    OWN.add(path);
    Files.createDirectory(path);
    FileChannel held =
        FileChannel.open(
            path.resolve(HELD), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    ScratchFolder made = new ScratchFolder(path, held);
    try {
      held.lock();
      removeAbandoned(root, kind, Files.getOwner(path));
      return made;
    } catch (IOException e) {
      made.close();
      throw e;
    }
  }

  /**
   * Makes one among the system's temporary files.
   *
   * @throws IOException if that is not possible
   */
  public static ScratchFolder make(String kind) throws IOException {
    return make(Path.of(System.getProperty("java.io.tmpdir")), kind);
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /**
   * Lets it stay, under another name of the same file system.
   *
   * @param target not there yet, or an empty folder
   * @throws IOException if it cannot be moved
   */
  void moveTo(Path target) throws IOException {
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    Files.delete(target.resolve(HELD));
  }

  @Override
  public void close() throws IOException {
    held.close();
    delete(path);
    OWN.remove(path);
  }

  private static void removeAbandoned(Path root, String kind, UserPrincipal self)
      throws IOException {
    List<Path> alike;
    try (Stream<Path> entries = Files.list(root)) {
      alike = entries.filter(path -> path.getFileName().toString().startsWith(kind)).toList();
    }
    for (Path folder : alike) {
      try {
        if (!OWN.contains(folder) && mayBeAbandoned(folder, self)) {
          deleteUnlessHeld(folder);
        }
      } catch (IOException | UncheckedIOException e) {
        LOG.atWarn()
            .addKeyValue("folder", folder)
            .addKeyValue("fault", e)
            .log("what a killed process left cannot be removed");
      }
    }
  }

  /**
   * One that holds nothing yet may be about to be locked; one without a lock, or of another user,
   * or whose lock is a link to some other file, is none of ours.
   */
  private static boolean mayBeAbandoned(Path folder, UserPrincipal self) throws IOException {
    Path lock = folder.resolve(HELD);
    try (Stream<Path> entries = Files.list(folder)) {
      boolean own =
          Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
              && Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)
              && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(self);
      return own && !entries.allMatch(lock::equals);
    } catch (NoSuchFileException | NotDirectoryException | AccessDeniedException e) {
      return false;
    }
  }

  /** Deletes under the lock, so that of several who find it one does. */
  private static void deleteUnlessHeld(Path folder) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve(HELD), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      if (channel.tryLock() != null) {
        delete(folder);
      }
    } catch (NoSuchFileException | OverlappingFileLockException another) {
      // Another process, or another thread of this one, is faster.
      return;
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
