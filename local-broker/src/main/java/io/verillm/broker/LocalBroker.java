package io.verillm.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One KRaft broker with its controller in this process, listening on the loopback address only; it
 * lets everybody do everything unless a {@link Guard} keeps it. All its state lies under the data
 * directory: a broker started there again is the same cluster with the same records.
 */
public final class LocalBroker implements AutoCloseable {
  /** Largest record batch in bytes: more than any topic of the catalogue takes, 8 MiB. */
  public static final int MESSAGE_BYTES_MAX = 9 * 1024 * 1024;

  private static final String LOCK = "broker.lock";
  private static final Logger LOG = LoggerFactory.getLogger(LocalBroker.class);

  private final KafkaRaftServer server;
  private final int port;
  private final FileChannel lock;
  private final AtomicBoolean closed = new AtomicBoolean();

  private LocalBroker(KafkaRaftServer server, int port, FileChannel lock) {
    this.server = server;
    this.port = port;
    this.lock = lock;
  }

  /**
   * Starts a broker and returns when it accepts clients.
   *
   * @param dataDir where its state is kept; made and formatted where it does not exist
   * @param port port for clients, 0 for a free one
   * @throws UncheckedIOException if the directory cannot be written, another broker runs on it, or
   *     the port is taken; the message says which
   * @throws RuntimeException if Kafka itself does not start
   */
  public static LocalBroker start(Path dataDir, int port) {
    return start(dataDir, port, Optional.empty());
  }

  /** As above, but clients must say who they are, and may do what rules allow them. */
  public static LocalBroker start(Path dataDir, int port, Guard guard) {
    return start(dataDir, port, Optional.of(guard));
  }

  private static LocalBroker start(Path dataDir, int port, Optional<Guard> guard) {
    try {
      Files.createDirectories(dataDir);
      FileChannel lock = lock(dataDir);
      try {
        Path logs = LogDirectory.formatted(dataDir);
        FreePorts ports = FreePorts.choose(port);
        LocalBroker broker = new LocalBroker(server(logs, ports, guard), ports.client(), lock);
        LOG.atInfo()
            .addKeyValue("bootstrap", broker.bootstrapServers())
            .addKeyValue("data", logs)
            .log("broker started");
        return broker;
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no broker on " + dataDir + ": " + e.getMessage(), e);
    }
  }

  private static KafkaRaftServer server(Path logs, FreePorts ports, Optional<Guard> guard) {
    Map<String, String> settings =
        BrokerSettings.of(logs, ports.client(), ports.controller(), guard);
    KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.apply(settings, false), Time.SYSTEM);
    try {
      server.startup();
      return server;
    } catch (RuntimeException e) {
      server.shutdown();
      throw e;
    }
  }

  // Two brokers on one directory would end in a fatal fault that stops the whole process.
  private static FileChannel lock(Path dataDir) throws IOException {
    FileChannel channel =
        FileChannel.open(
            dataDir.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock held = null;
    try {
      held = channel.tryLock();
    } catch (OverlappingFileLockException sameProcess) {
      // Reported below like a lock of another process.
    }
    if (held == null) {
      channel.close();
      throw new IOException("another broker runs on " + dataDir);
    }
    return channel;
  }

  /** Where a broker with this data directory keeps its partitions, one folder for each. */
  public static Path partitions(Path dataDir) {
    return LogDirectory.in(dataDir);
  }

  /** Whether a broker runs on the directory, in this process or another one. */
  public static boolean runsOn(Path dataDir) {
    if (!Files.exists(dataDir.resolve(LOCK))) {
      return false;
    }
    try (FileChannel free = lock(dataDir)) {
      return false;
    } catch (IOException held) {
      return true;
    }
  }

  /** {@code host:port} for clients. */
  public String bootstrapServers() {
    return BrokerSettings.HOST + ":" + port;
  }

  /** Shuts down cleanly, so that the next start needs no recovery. May be called twice. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      server.shutdown();
      server.awaitShutdown();
      try {
        lock.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot release the lock of the data directory", e);
      }
    }
  }
}
