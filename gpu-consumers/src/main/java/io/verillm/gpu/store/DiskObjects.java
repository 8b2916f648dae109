package io.verillm.gpu.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Evidence in a directory of the local disk, which one process may use at a time. A file is there
 * whole or not at all, and once it is there a crash does not take it away.
 */
public final class DiskObjects implements EvidenceObjects {
  private static final String TEMPORARY = ".tmp";

  private final Path directory;

  private DiskObjects(Path directory) {
    this.directory = directory;
  }

  /**
   * Opens the directory, and makes it where it is not there; what a crash left half written is
   * removed.
   *
   * @throws UncheckedIOException if the directory cannot be used
   */
  public static DiskObjects open(Path directory) {
    DiskObjects objects = new DiskObjects(directory);
    try {
      Files.createDirectories(directory);
      for (Path file : objects.files("")) {
        if (file.toString().endsWith(TEMPORARY)) {
          Files.delete(file);
        }
      }
      return objects;
    } catch (IOException e) {
      throw new UncheckedIOException("no evidence store in " + directory, e);
    }
  }

  @Override
  public boolean putIfAbsent(String name, byte[] content) {
    Path file = directory.resolve(name);
    if (Files.exists(file)) {
      return false;
    }
    try {
      boolean fresh = !Files.exists(file.getParent());
      Files.createDirectories(file.getParent());
      boolean written = write(file, content);
      if (fresh) {
        force(directory);
      }
      return written;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep " + file, e);
    }
  }

  private static boolean write(Path file, byte[] content) throws IOException {
    Path folder = file.getParent();
    Path temporary = Files.createTempFile(folder, file.getFileName().toString(), TEMPORARY);
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      // A move would replace what another wrote since.
      Files.createLink(file, temporary);
      force(folder);
      return true;
    } catch (FileAlreadyExistsException first) {
      return false;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** A new name is durable when its folder is. */
  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public Optional<byte[]> find(String name) {
    try {
      return Optional.of(Files.readAllBytes(directory.resolve(name)));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + directory.resolve(name), e);
    }
  }

  @Override
  public boolean exists(String name) {
    return Files.exists(directory.resolve(name));
  }

  @Override
  public SortedMap<String, Long> list() {
    SortedMap<String, Long> lengths = new TreeMap<>();
    try {
      for (Path file : files("")) {
        lengths.put(name(file), Files.size(file));
      }
      return lengths;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + directory, e);
    }
  }

  @Override
  public void dropAll(String prefix) {
    try {
      for (Path file : files(prefix)) {
        Files.delete(file);
      }
      Path folder = directory.resolve(prefix);
      if (prefix.endsWith("/") && Files.isDirectory(folder)) {
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot drop " + prefix + " in " + directory, e);
    }
  }

  /** Files whose name begins so; a name with a slash lies in the folder in front of it. */
  private List<Path> files(String prefix) throws IOException {
    Path from = directory.resolve(prefix.substring(0, prefix.lastIndexOf('/') + 1));
    if (!Files.exists(from)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(from)) {
      return paths
          .filter(Files::isRegularFile)
          .filter(path -> name(path).startsWith(prefix))
          .sorted(Comparator.naturalOrder())
          .toList();
    }
  }

  private String name(Path file) {
    return directory.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
  }
}
