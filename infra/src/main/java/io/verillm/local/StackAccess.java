package io.verillm.local;

import io.verillm.broker.Guard;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.access.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * The users of a local stack's broker: one for each party, each with a file of its own, for the
 * owner only, in the format of Kafka's {@code --command-config}. A file that is deleted is made
 * anew at the next start, with another password.
 */
public final class StackAccess {
  /** Reads everything public for the tables. */
  public static final Principal TABLES = Principal.analyst("tables");

  /** Reads everything public for {@code audit}. */
  public static final Principal AUDITOR = Principal.analyst("auditor");

  private static final Map<String, String> TRANSPORT =
      Map.of("security.protocol", "SASL_PLAINTEXT");

  private final StackFolder folder;
  private final List<Principal> principals;

  /** Makes the files that are not there. */
  StackAccess(StackFolder folder, Collection<String> witnesses, Collection<String> workers) {
    this.folder = folder;
    this.principals = new ArrayList<>();
    principals.addAll(
        List.of(
            Principal.OPERATOR,
            Principal.COORDINATOR,
            Principal.SEALER,
            Principal.LEDGER,
            Principal.REQUESTER,
            Principal.POSTER,
            TABLES,
            AUDITOR));
    Stream.concat(
            witnesses.stream().map(Principal::witness),
            workers.stream().sorted().map(Principal::worker))
        .forEach(principals::add);
    principals.forEach(
        principal -> UserFile.of(folder.access(), principal).makeIfAbsent(TRANSPORT));
  }

  /** Everybody who has rights here. */
  List<Principal> principals() {
    return List.copyOf(principals);
  }

  /** How the broker asks who its clients are. */
  Guard guard() {
    UserFile operator = UserFile.of(folder.access(), Principal.OPERATOR);
    return Guard.closed(Map.of(Principal.OPERATOR.name(), operator.password()));
  }

  /** Tells the broker everybody's password; the operator's it knows from {@link #guard}. */
  void setUsers(Admin admin) {
    ScramUsers.set(admin, folder.access(), principals);
  }

  /**
   * Access as a party of the stack in this folder.
   *
   * @return empty where the folder has no such user
   * @throws UncheckedIOException if its file cannot be read
   */
  public static Optional<KafkaAccess> of(
      StackFolder folder, Principal principal, String bootstrapServers) {
    Path file = UserFile.of(folder.access(), principal).path();
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(KafkaAccess.ofFile(bootstrapServers, file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** Access as one of {@link #principals}. */
  KafkaAccess as(Principal principal, String bootstrapServers) {
    return of(folder, principal, bootstrapServers).orElseThrow();
  }
}
