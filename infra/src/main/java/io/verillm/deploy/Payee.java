package io.verillm.deploy;

import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.registry.RegisteredWorker;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Who is paid. A worker's id belongs to whoever registers it first, and its stake with it: so a
 * stake is paid to an id and the key that it must have.
 *
 * @param account the ledger's name of it
 * @param worker whose stake it is; empty where it is none
 */
public record Payee(String account, Optional<Holder> worker) {
  private static final String STAKE = Accounts.stake("");

  /**
   * The worker behind a stake.
   *
   * @param id its id
   * @param key which it must have registered
   */
  public record Holder(String id, VerifyKey key) {}

  /** Whether a payee can be paid. */
  public enum Standing {
    /** It is who it should be. */
    KNOWN,
    /** Its worker is not registered yet. */
    AWAITED,
    /** Its id has another key. */
    ANOTHERS
  }

  /**
   * {@code treasury}, {@code requester:KEY} or {@code stake:ID@HEX}.
   *
   * @throws IllegalArgumentException if it is no account that can be funded, or a stake without a
   *     key
   */
  public static Payee parse(String text) {
    String account = text.replaceFirst("@.*", "");
    if (!Accounts.isFundable(account)) {
      throw new IllegalArgumentException("no account that can be funded: '" + text + "'");
    }
    if (!account.startsWith(STAKE)) {
      if (!account.equals(text)) {
        throw new IllegalArgumentException("only a stake has a key: '" + text + "'");
      }
      return new Payee(account, Optional.empty());
    }
    if (account.equals(text)) {
      throw new IllegalArgumentException(
          "%s names no key, and its id belongs to whoever registers it first: %s@KEY, as keys prints it"
              .formatted(text, text));
    }
    String key = text.substring(account.length() + 1);
    try {
      Holder holder =
          new Holder(account.substring(STAKE.length()), VerifyKey.of(HexFormat.of().parseHex(key)));
      return new Payee(account, Optional.of(holder));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the key of %s has 64 hexadecimal digits, not '%s'".formatted(account, key), e);
    }
  }

  /** Whether it is on this registry who it should be. */
  public Standing standing(RegistrySnapshot registry) {
    return worker
        .map(holder -> {
          RegisteredWorker registered = registry.workers().get(holder.id());
          if (registered == null) {
            return Standing.AWAITED;
          }
          return registered.key().equals(holder.key()) ? Standing.KNOWN : Standing.ANOTHERS;
        })
        .orElse(Standing.KNOWN);
  }

  /** For people: what is wrong with it on this registry. */
  public String fault(RegistrySnapshot registry) {
    return switch (standing(registry)) {
      case KNOWN -> account + " is who it should be";
      case AWAITED -> account + ": this worker is not registered yet, start it first";
      case ANOTHERS ->
          "%s: the id is registered with the key %s, not %s"
              .formatted(
                  account,
                  registry.workers().get(worker.orElseThrow().id()).key().hex(),
                  worker.orElseThrow().key().hex());
    };
  }
}
