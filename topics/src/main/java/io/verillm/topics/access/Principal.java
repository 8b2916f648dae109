package io.verillm.topics.access;

import io.verillm.protocol.event.Signers;
import io.verillm.topics.Groups;
import io.verillm.topics.Role;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.security.auth.KafkaPrincipal;

/**
 * One party towards the cluster. Its user name is the name that it signs with, so that there is one
 * naming; who reads only has a name of his own.
 *
 * @param role what it is
 * @param name the user name: {@code coordinator}, {@code sealer}, {@code ledger}, {@code
 *     worker:<id>}, {@code witness:<id>}, {@code requester} or {@code requester:<name>}, {@code
 *     poster} or {@code poster:<name>}, {@code analyst:<name>}, {@code operator}
 */
public record Principal(Role role, String name) {
  /** Runs the cluster: may do everything. */
  public static final Principal OPERATOR = new Principal(Role.OPERATOR, "operator");

  public static final Principal COORDINATOR = new Principal(Role.COORDINATOR, Signers.COORDINATOR);
  public static final Principal SEALER = new Principal(Role.SEALER, Signers.SEALER);
  public static final Principal LEDGER = new Principal(Role.LEDGER, Signers.LEDGER);

  /** The Iceberg sink; it signs nothing. */
  public static final Principal SINK = new Principal(Role.SINK, "sink");

  /** The one that any requester may share; what it may do harms no other requester. */
  public static final Principal REQUESTER = new Principal(Role.REQUESTER, Signers.REQUESTER);

  /** The one that workers of one operator share: who posts by it is not told from the rest. */
  public static final Principal POSTER = new Principal(Role.POSTER, "poster");

  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,32}");
  private static final String ANALYST = "analyst:";
  private static final String OWN_REQUESTER = Signers.REQUESTER + ":";
  private static final String OWN_POSTER = "poster:";

  /** Refuses a name that is not the role's. */
  public Principal {
    if (!Optional.of(role).equals(roleOf(name))) {
      throw new IllegalArgumentException("not the name of a " + role + ": '" + name + "'");
    }
  }

  public static Principal worker(String id) {
    return new Principal(Role.WORKER, Signers.worker(id));
  }

  public static Principal witness(String id) {
    return new Principal(Role.WITNESS, Signers.witness(id));
  }

  /** A requester with a user of its own, so that it can be shut out alone. */
  public static Principal requester(String name) {
    return new Principal(Role.REQUESTER, OWN_REQUESTER + name);
  }

  /** A poster with a user and a quota of its own, so that its password is nobody else's. */
  public static Principal poster(String name) {
    return new Principal(Role.POSTER, OWN_POSTER + name);
  }

  /** Somebody who reads: tables, an auditor. */
  public static Principal analyst(String name) {
    return new Principal(Role.ANALYST, ANALYST + name);
  }

  /** The principal of a user name; empty for names that are none of ours. */
  public static Optional<Principal> named(String name) {
    return roleOf(name).map(role -> new Principal(role, name));
  }

  /** The principal of a rule, as Kafka writes it. */
  static Optional<Principal> parse(String kafka) {
    String prefix = KafkaPrincipal.USER_TYPE + ":";
    return kafka.startsWith(prefix) ? named(kafka.substring(prefix.length())) : Optional.empty();
  }

  private static Optional<Role> roleOf(String name) {
    if (name.equals("operator")) {
      return Optional.of(Role.OPERATOR);
    }
    if (name.equals("poster")) {
      return Optional.of(Role.POSTER);
    }
    if (name.equals("sink")) {
      return Optional.of(Role.SINK);
    }
    if (name.startsWith(ANALYST)) {
      return id(name, ANALYST, Role.ANALYST);
    }
    if (name.startsWith(OWN_REQUESTER)) {
      return id(name, OWN_REQUESTER, Role.REQUESTER);
    }
    if (name.startsWith(OWN_POSTER)) {
      return id(name, OWN_POSTER, Role.POSTER);
    }
    if (name.startsWith(Signers.worker(""))) {
      return id(name, Signers.worker(""), Role.WORKER);
    }
    if (name.startsWith(Signers.witness(""))) {
      return id(name, Signers.witness(""), Role.WITNESS);
    }
    return Role.ofSigner(name);
  }

  private static Optional<Role> id(String name, String prefix, Role role) {
    return Optional.of(role).filter(r -> ID.matcher(name.substring(prefix.length())).matches());
  }

  /** The id behind the role: that of a worker or witness; the name itself where there is none. */
  public String id() {
    return name.substring(name.indexOf(':') + 1);
  }

  /** As Kafka writes it in a rule. */
  public String kafka() {
    return new KafkaPrincipal(KafkaPrincipal.USER_TYPE, name).toString();
  }

  /**
   * What the groups begin with that this principal may make up for itself; the coordinator's, the
   * ledger's and the workers' groups have fixed names, see {@link Groups}.
   */
  String groupPrefix() {
    return name + ".";
  }
}
