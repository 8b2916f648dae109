package io.verillm.deploy;

import io.verillm.events.FundAccount;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.RegistryReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pays what accounts begin with: at once, but a stake when its worker has registered with its key,
 * and never where another has.
 */
public final class FirstFunds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FirstFunds.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Map<Payee, Long> unpaid;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean closed;

  FirstFunds(Map<Payee, Long> funds) {
    this.unpaid = new HashMap<>(funds);
  }

  /**
   * Begins to follow the registry.
   *
   * @param key the coordinator's
   * @param funds units by account
   */
  public static FirstFunds start(
      KafkaAccess coordinator, Catalogue catalogue, Signer key, Map<Payee, Long> funds) {
    FirstFunds started = new FirstFunds(funds);
    if (!funds.isEmpty()) {
      Thread.ofPlatform()
          .daemon()
          .name("first-funds")
          .start(() -> started.run(coordinator, catalogue, key));
    }
    return started;
  }

  private void run(KafkaAccess coordinator, Catalogue catalogue, Signer key) {
    try (RegistryReader registry = RegistryReader.open(coordinator)) {
      while (!closed && !unpaid.isEmpty()) {
        List<FundAccount> due = due(registry.poll(LOOK));
        if (!due.isEmpty()) {
          Funds.send(coordinator, catalogue, key, due);
        }
      }
    } catch (RuntimeException e) {
      ended.completeExceptionally(e);
    }
  }

  /** What can be paid now; it is not asked for again. */
  List<FundAccount> due(RegistrySnapshot registry) {
    List<FundAccount> due = new ArrayList<>();
    unpaid
        .entrySet()
        .removeIf(payment -> {
          Payee payee = payment.getKey();
          Payee.Standing standing = payee.standing(registry);
          if (standing == Payee.Standing.KNOWN) {
            due.add(Funds.first(payee.account(), payment.getValue()));
          } else if (standing == Payee.Standing.ANOTHERS) {
            LOG.atError().log("not paid: {}", payee.fault(registry));
          }
          return standing != Payee.Standing.AWAITED;
        });
    return due;
  }

  /** Completes if something could not be paid, and never where all goes well. */
  public CompletableFuture<Void> ended() {
    return ended;
  }

  /** Stops waiting for workers. */
  @Override
  public void close() {
    closed = true;
  }
}
