package io.verillm.cli;

import io.verillm.gpu.intake.IntakeKind;
import io.verillm.local.ScramUsers;
import io.verillm.topics.ClusterTopics;
import io.verillm.topics.TopicPlan;
import io.verillm.topics.TopicsDisagree;
import io.verillm.topics.access.AccessPlan;
import io.verillm.topics.access.ClusterAccess;
import io.verillm.topics.access.GroupSeeds;
import io.verillm.topics.access.PosterQuota;
import io.verillm.topics.access.Principal;
import io.verillm.topics.access.SeedPlan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code topics}: the catalogue against a cluster. */
@Command(name = "topics", description = "Compares a cluster's topics with the catalogue.")
final class TopicsCommand implements Runnable {
  private static final String SEED_INTAKE =
      "How the workers take tasks, as told to worker --intake: share or group (default: share where"
          + " the cluster has share groups).";

  @Spec private CommandSpec spec;

  TopicsCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "list, plan, apply, manifest or acls?");
  }

  @Command(
      name = "list",
      description =
          "Shows the catalogue beside the cluster: topics that are there, missing (+), different (~),"
              + " in conflict (!) or unknown to the catalogue (?).")
  int list(
      @Mixin BootstrapOption bootstrap,
      @Mixin WantedOption wanted,
      @Option(names = "--acls", description = "And the access rules on them.") boolean acls,
      @Mixin LogOption log) {
    try (Admin admin = bootstrap.admin()) {
      PrintWriter out = spec.commandLine().getOut();
      ClusterTopics cluster = new ClusterTopics(admin, wanted.catalogue());
      TopicTable.lines(cluster.list(), cluster.plan(wanted.topics())).forEach(out::println);
      if (acls) {
        new ClusterAccess(admin, wanted.catalogue()).list().forEach(out::println);
      }
      return ExitCode.OK;
    }
  }

  @Command(name = "plan", description = "Shows what differs; exit status 1 if anything does.")
  int plan(
      @Mixin BootstrapOption bootstrap,
      @Mixin WantedOption wanted,
      @Option(names = "--acls", description = "Access rules too, and a quota of each poster.")
          boolean acls,
      @Option(names = "--seed-offsets", description = "First offsets of the workers' groups too.")
          boolean seedOffsets,
      @Option(names = "--seed-intake", paramLabel = "KIND", description = SEED_INTAKE)
          @Nullable IntakeKind seedIntake,
      @Mixin LogOption log) {
    try (Admin admin = bootstrap.admin()) {
      TopicPlan topics = new ClusterTopics(admin, wanted.catalogue()).plan(wanted.topics());
      print(topics.text());
      boolean agrees = topics.isEmpty();
      if (acls) {
        AccessPlan access = new ClusterAccess(admin, wanted.catalogue()).plan(wanted.principals());
        print(access.text());
        List<Principal> unbound =
            wanted.posters().stream()
                .filter(poster -> !new PosterQuota(admin, poster).isSet())
                .toList();
        unbound.forEach(this::printQuota);
        agrees &= access.isEmpty() && unbound.isEmpty();
      }
      if (seedOffsets) {
        SeedPlan seeds =
            new GroupSeeds(admin, wanted.catalogue()).plan(wanted.workers(), share(seedIntake));
        print(seeds.text());
        agrees &= seeds.isEmpty();
      }
      return agrees ? ExitCode.OK : ExitCode.BAD;
    }
  }

  @Command(
      name = "apply",
      description =
          "Creates what is missing and alters configs; never changes partitions, and never takes a"
              + " right away but with --prune.")
  int apply(
      @Mixin BootstrapOption bootstrap,
      @Mixin WantedOption wanted,
      @Option(
              names = "--acls",
              description =
                  "Allow what the catalogue allows, and hold each poster to a rate where nobody does.")
          boolean acls,
      @Option(names = "--prune", description = "And remove rules that it gives to nobody.")
          boolean prune,
      @Option(
              names = "--seed-offsets",
              description =
                  "Commit a first offset for each worker's group, so that its lag is seen before it"
                      + " has ever run.")
          boolean seedOffsets,
      @Option(names = "--seed-intake", paramLabel = "KIND", description = SEED_INTAKE)
          @Nullable IntakeKind seedIntake,
      @Option(
              names = "--users",
              paramLabel = "DIR",
              description =
                  "Make a SCRAM user for each party that the cluster does not know yet, and its"
                      + " --access file in DIR. Passwords in use stay. Not on MSK, which takes users"
                      + " from Secrets Manager.")
          @Nullable Path users,
      @Mixin LogOption log) {
    if (prune && !acls) {
      throw CommandFailure.usage("--prune goes with --acls");
    }
    try (Admin admin = bootstrap.admin()) {
      print(new ClusterTopics(admin, wanted.catalogue()).apply(wanted.topics()).text());
      if (users != null) {
        new ScramUsers(users, bootstrap.operator())
            .add(admin, wanted.principals())
            .forEach(user -> print("+ user %s in %s%n".formatted(user.name(), users)));
      }
      if (acls) {
        print(
            new ClusterAccess(admin, wanted.catalogue()).apply(wanted.principals(), prune).text());
      }
      if (seedOffsets) {
        print(
            new GroupSeeds(admin, wanted.catalogue())
                .apply(wanted.workers(), share(seedIntake))
                .text());
      }
      if (acls) {
        // Last, as a cluster may refuse it to an operator who may do all else.
        wanted.posters().stream()
            .filter(poster -> new PosterQuota(admin, poster).apply())
            .forEach(this::printQuota);
      }
      return ExitCode.OK;
    } catch (TopicsDisagree e) {
      throw CommandFailure.bad(e.getMessage());
    }
  }

  private static Optional<Boolean> share(@Nullable IntakeKind asked) {
    return Optional.ofNullable(asked).map(kind -> kind == IntakeKind.SHARE);
  }

  private void printQuota(Principal poster) {
    print("+ quota of %s%n".formatted(poster.name()));
  }

  private void print(String text) {
    spec.commandLine().getOut().print(text);
  }

  @Command(
      name = "manifest",
      description = "Prints the catalogue with everybody's rights as JSON; needs no broker.")
  int manifest(@Mixin ShardsOption shards) {
    spec.commandLine().getOut().print(CatalogueManifest.of(shards.catalogue()).json());
    return ExitCode.OK;
  }

  @Command(
      name = "acls",
      description =
          "Prints the access rules of these parties as JSON, for a cluster whose rules another tool"
              + " keeps; needs no broker.")
  int acls(@Mixin WantedOption wanted) {
    spec.commandLine()
        .getOut()
        .print(AclManifest.of(wanted.catalogue(), wanted.principals()).json());
    return ExitCode.OK;
  }
}
