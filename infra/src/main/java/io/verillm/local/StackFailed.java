package io.verillm.local;

import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A stack that cannot run; the message says why and what to do, in one line. */
public final class StackFailed extends Exception {
  private static final long serialVersionUID = 1L;

  StackFailed(String reason) {
    super(reason);
  }

  StackFailed(String reason, Throwable cause) {
    super(reason, cause);
  }

  /** What a failure at the start means for whoever wanted a stack in this folder. */
  static StackFailed of(Path folder, Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage());
      if (cause instanceof BindException) {
        return new StackFailed(
            failure.getMessage() + "; stop what listens there, or take another one by --port",
            failure);
      }
      if (text.contains("No space left") || text.contains("Disk quota exceeded")) {
        return new StackFailed(
            "the disk of " + folder + " is full; make room, or take another by --data", failure);
      }
      if (cause instanceof AccessDeniedException denied) {
        return new StackFailed(
            "cannot write " + denied.getFile() + ": permission denied; take another by --data",
            failure);
      }
      if (cause instanceof FileSystemException file) {
        String reason =
            file.getReason() == null ? file.getClass().getSimpleName() : file.getReason();
        return new StackFailed(
            "cannot use %s: %s; take another by --data".formatted(file.getFile(), reason), failure);
      }
    }
    return new StackFailed(String.valueOf(failure.getMessage()), failure);
  }
}
