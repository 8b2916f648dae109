package io.verillm.deploy;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Parts that were started, and are closed in the opposite order, each even if another fails. */
public final class ClosingOrder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClosingOrder.class);

  private final Deque<Part> parts = new ArrayDeque<>();

  private record Part(String name, AutoCloseable closing) {}

  /** Takes note of a part; the same part is returned. */
  public <T extends AutoCloseable> T add(String name, T part) {
    parts.push(new Part(name, part));
    return part;
  }

  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      Part part = parts.pop();
      try {
        part.closing().close();
        LOG.atInfo().addKeyValue("part", part.name()).log("stopped");
      } catch (Exception e) {
        LOG.atWarn().addKeyValue("part", part.name()).log("did not stop cleanly: {}", e.toString());
      }
    }
  }
}
