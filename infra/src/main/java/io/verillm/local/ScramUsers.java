package io.verillm.local;

import io.verillm.topics.Answers;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.access.Principal;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * Users of a cluster who log in by SCRAM-SHA-256, each with a {@link UserFile} in one folder. Not
 * for MSK, which takes them from Secrets Manager. The operator, by whom all others are made, is
 * none of them.
 */
public final class ScramUsers {
  /** Kafka's least; the passwords are random, so that guessing them is no way in. */
  private static final int ITERATIONS = 4096;

  private static final String PROTOCOL = "security.protocol";
  private static final List<String> SHARED = List.of("ssl.truststore.", "ssl.endpoint.");

  private final Path directory;
  private final Map<String, String> transport;

  /**
   * Users whose files are in this folder.
   *
   * @param operator whose way to the brokers theirs is too: protocol, trusted authorities and
   *     coordinator
   */
  public ScramUsers(Path directory, KafkaAccess operator) {
    this.directory = directory;
    this.transport = transport(operator.security());
  }

  /** Nothing that says who the operator is. */
  private static Map<String, String> transport(Map<String, String> security) {
    Map<String, String> transport = new HashMap<>(security);
    transport
        .keySet()
        .removeIf(name ->
            !name.equals(KafkaAccess.COORDINATOR_KEY)
                && SHARED.stream().noneMatch(name::startsWith));
    boolean encrypted = security.getOrDefault(PROTOCOL, "").endsWith("SSL");
    transport.put(PROTOCOL, encrypted ? "SASL_SSL" : "SASL_PLAINTEXT");
    return transport;
  }

  /**
   * Makes a user and a file for each party that the cluster does not know yet. A password that is
   * in use is never changed.
   *
   * @return who is new
   * @throws java.io.UncheckedIOException if a file cannot be written
   */
  public List<Principal> add(Admin admin, Collection<Principal> principals) {
    List<String> known = Answers.await(admin.describeUserScramCredentials().users());
    List<Principal> unknown =
        principals.stream()
            .filter(principal -> !principal.equals(Principal.OPERATOR))
            .filter(principal -> !known.contains(principal.name()))
            .toList();
    unknown.forEach(principal -> UserFile.of(directory, principal).makeIfAbsent(transport));
    set(admin, directory, unknown);
    return unknown;
  }

  /** Tells the brokers the passwords of those, but the operator's, as they are in their files. */
  static void set(Admin admin, Path directory, Collection<Principal> principals) {
    List<UserScramCredentialAlteration> users =
        principals.stream()
            .filter(principal -> !principal.equals(Principal.OPERATOR))
            .map(principal -> user(principal.name(), UserFile.of(directory, principal).password()))
            .toList();
    if (!users.isEmpty()) {
      Answers.await(admin.alterUserScramCredentials(users).all());
    }
  }

  private static UserScramCredentialAlteration user(String name, String password) {
    return new UserScramCredentialUpsertion(
        name, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, ITERATIONS), password);
  }
}
