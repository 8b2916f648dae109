package io.verillm.local;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The folders of local stacks where the user names none: numbered ones for demos, one for {@code
 * up}, and notes of the one that was used last and of the one behind each port.
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

  /**
   * The one whose broker is one of these servers, and runs.
   *
   * @param servers {@code host:port}, several separated by commas
   */
  public Optional<StackFolder> runningAt(String servers) {
    return Arrays.stream(servers.split(","))
        .map(String::strip)
        .filter(StackFolders::isLoopback)
        .map(StackFolders::port)
        .flatMap(port -> StackFolder.read(behind(port)).stream())
        .map(name -> new StackFolder(Path.of(name)))
        .filter(folder -> runsAt(folder, servers))
        .findFirst();
  }

  /** Whether this folder's stack runs, and its broker is one of these servers. */
  public static boolean runsAt(StackFolder folder, String servers) {
    Optional<String> port = folder.runningAt().map(StackFolders::port);
    return Arrays.stream(servers.split(","))
        .map(String::strip)
        .filter(StackFolders::isLoopback)
        .anyMatch(server -> port.equals(Optional.of(port(server))));
  }

  /** Notes that a stack runs here now. */
  public void remember(StackFolder folder) {
    StackFolder.write(base.resolve("latest"), folder.path().toString());
    folder
        .runningAt()
        .ifPresent(at -> StackFolder.write(behind(port(at)), folder.path().toString()));
  }

  private Path behind(String port) {
    return base.resolve("ports").resolve(port);
  }

  private static String port(String server) {
    return server.substring(server.lastIndexOf(':') + 1);
  }

  /** A stack's broker listens on the loopback address, under whatever name one asks for that. */
  private static boolean isLoopback(String server) {
    try {
      return server.matches(".+:[0-9]{1,5}")
          && InetAddress.getByName(server.substring(0, server.lastIndexOf(':')))
              .isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
