package io.verillm.models;

import io.verillm.models.weights.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Where a model's files are; its text form tells a person. */
interface ModelFiles {
  /**
   * A file's bytes.
   *
   * @throws NoSuchFileException if it is not there
   * @throws IOException if it cannot be read
   */
  InputStream open(String name) throws IOException;

  /**
   * A file of weights, as it lies there or in memory.
   *
   * @throws InvalidModelException if it is none
   * @throws IOException if it cannot be read
   */
  Safetensors weights(String name) throws IOException;

  /**
   * Files of a folder.
   *
   * @param path of the folder
   */
  record OfFolder(Path path) implements ModelFiles {
    @Override
    public InputStream open(String name) throws IOException {
      return Files.newInputStream(file(name));
    }

    @Override
    public Safetensors weights(String name) throws IOException {
      return Safetensors.open(Files.newByteChannel(file(name)));
    }

    /** Anything else, such as a pipe, could keep its reader waiting for ever. */
    private Path file(String name) throws IOException {
      Path file = path.resolve(name);
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new FileSystemException(file.toString(), null, "not a file");
      }
      return file;
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * Files that come with this class.
   *
   * @param prefix of their names, with a slash at its end
   */
  record OfClassPath(String prefix) implements ModelFiles {
    @Override
    public InputStream open(String name) throws IOException {
      InputStream in = ModelFiles.class.getResourceAsStream(prefix + name);
      if (in == null) {
        throw new NoSuchFileException(prefix + name);
      }
      return in;
    }

    @Override
    public Safetensors weights(String name) throws IOException {
      try (InputStream in = open(name)) {
        return Safetensors.of(in.readAllBytes());
      }
    }

    @Override
    public String toString() {
      return "classpath:" + prefix;
    }
  }
}
