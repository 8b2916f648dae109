package io.verillm.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Where a local stack keeps everything; the only place that knows the layout.
 *
 * @param path the folder that {@code --data} names
 */
public record StackFolder(Path path) {
  public StackFolder {
    path = path.toAbsolutePath().normalize();
  }

  /** The broker's records. */
  public Path broker() {
    return path.resolve("broker");
  }

  /** Private keys of everybody who runs here, and the secrets behind salts. */
  public Path keys() {
    return path.resolve("keys");
  }

  /** How each user logs in to the broker. */
  Path access() {
    return path.resolve("access");
  }

  /** State stores of the Streams apps; can be deleted, they are restored from the broker. */
  public Path state() {
    return path.resolve("state");
  }

  /** The tables that {@code sql} reads. */
  public Path tables() {
    return path.resolve("tables");
  }

  /** What one worker keeps until nobody can ask for it any more. */
  public Path evidence(String worker) {
    return path.resolve("evidence").resolve(worker);
  }

  /** What the parts of the stack log, Kafka's among them. */
  public Path log() {
    return path.resolve("verillm.log");
  }

  /** Whether a run began here that has an end, and did not come to it. */
  public boolean isUnfinished() {
    return Files.exists(unfinished());
  }

  /**
   * Notes that a run begins here that has an end, see {@link #markFinished}.
   *
   * @throws UncheckedIOException if the folder cannot be made or written
   */
  public void markUnfinished() {
    write(unfinished(), "a demo began here and did not end");
  }

  /** Notes that the run has come to its end, or that what is here goes on without one. */
  public void markFinished() {
    delete(unfinished());
  }

  private Path unfinished() {
    return path.resolve("unfinished");
  }

  /** What one witness of this process cosigned last. */
  Path witness(String id) {
    return path.resolve("witness").resolve(id);
  }

  /** How the stack was set up, see {@link StackPlan}. */
  Path plan() {
    return path.resolve("stack.json");
  }

  /** Whether a stack was ever set up here. */
  public boolean exists() {
    return Files.isRegularFile(plan());
  }

  /**
   * Address of the broker while a stack runs here; a file left by a killed one may name a dead one.
   */
  public Optional<String> runningAt() {
    return read(path.resolve("running"));
  }

  void markRunning(String bootstrap) {
    write(path.resolve("running"), bootstrap);
  }

  void markStopped() {
    delete(path.resolve("running"));
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file, e);
    }
  }

  static Optional<String> read(Path file) {
    try {
      return Files.isRegularFile(file)
          ? Optional.of(Files.readString(file).strip())
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Path part = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
      Files.writeString(part, text + "\n");
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
