package io.verillm.topics;

import io.verillm.protocol.event.Signers;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Who writes or reads a topic. */
public enum Role {
  REQUESTER,
  /**
   * Posts signed requests and reads no answers: a worker that plants flags, which must not be known
   * by its own user and must not learn from answers what it is given to check.
   */
  POSTER,
  WORKER,
  COORDINATOR,
  SEALER,
  LEDGER,
  WITNESS,
  /** Auditors and analysts: they read only. */
  ANALYST,
  /** The Iceberg sink: reads what is public into tables, agrees with itself on commits. */
  SINK,
  /** Who runs the cluster: reads dead letters. */
  OPERATOR;

  /** Everybody, for public topics. */
  static Set<Role> everybody() {
    return EnumSet.allOf(Role.class);
  }

  /** The role that a signer header claims; empty for a name that no role has. */
  public static Optional<Role> ofSigner(String signer) {
    if (signer.startsWith(Signers.worker(""))) {
      return Optional.of(WORKER);
    }
    if (signer.startsWith(Signers.witness(""))) {
      return Optional.of(WITNESS);
    }
    return switch (signer) {
      case Signers.COORDINATOR -> Optional.of(COORDINATOR);
      case Signers.SEALER -> Optional.of(SEALER);
      case Signers.LEDGER -> Optional.of(LEDGER);
      case Signers.REQUESTER -> Optional.of(REQUESTER);
      default -> Optional.empty();
    };
  }
}
