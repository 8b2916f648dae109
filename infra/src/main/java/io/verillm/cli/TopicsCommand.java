package io.verillm.cli;

import io.verillm.topics.Catalogue;
import io.verillm.topics.ClusterTopics;
import io.verillm.topics.Topic;
import io.verillm.topics.TopicListing;
import io.verillm.topics.TopicPlan;
import io.verillm.topics.TopicsDisagree;
import java.io.PrintWriter;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code topics}: the catalogue against a cluster. */
@Command(name = "topics", description = "Compares a cluster's topics with the catalogue.")
final class TopicsCommand implements Runnable {
  @Spec private CommandSpec spec;

  TopicsCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "list, plan, apply or manifest?");
  }

  @Command(name = "list", description = "Shows the project's topics that the cluster has.")
  int list(@Mixin BootstrapOption bootstrap, @Mixin LogOption log) {
    try (Admin admin = bootstrap.admin()) {
      PrintWriter out = spec.commandLine().getOut();
      new ClusterTopics(admin, Catalogue.local())
          .list().stream().map(TopicsCommand::line).forEach(out::println);
      return ExitCode.OK;
    }
  }

  @Command(name = "plan", description = "Shows what differs; exit status 1 if anything does.")
  int plan(@Mixin BootstrapOption bootstrap, @Mixin Wanted wanted, @Mixin LogOption log) {
    try (Admin admin = bootstrap.admin()) {
      TopicPlan plan = new ClusterTopics(admin, wanted.catalogue()).plan(wanted.topics());
      spec.commandLine().getOut().print(plan.text());
      return plan.isEmpty() ? ExitCode.OK : ExitCode.BAD;
    }
  }

  @Command(
      name = "apply",
      description = "Creates what is missing and alters configs; never changes partitions.")
  int apply(@Mixin BootstrapOption bootstrap, @Mixin Wanted wanted, @Mixin LogOption log) {
    try (Admin admin = bootstrap.admin()) {
      TopicPlan plan = new ClusterTopics(admin, wanted.catalogue()).apply(wanted.topics());
      spec.commandLine().getOut().print(plan.text());
      return ExitCode.OK;
    } catch (TopicsDisagree e) {
      throw CommandFailure.bad(e.getMessage());
    }
  }

  @Command(
      name = "manifest",
      description = "Prints the catalogue with everybody's rights as JSON; needs no broker.")
  int manifest(
      @Option(
              names = "--shards",
              paramLabel = "N",
              defaultValue = "" + Catalogue.LOCAL_SHARDS,
              description =
                  "Shards, and so partitions of request topics (default: ${DEFAULT-VALUE}).")
          int shards) {
    spec.commandLine().getOut().print(CatalogueManifest.of(catalogue(shards)).json());
    return ExitCode.OK;
  }

  private static Catalogue catalogue(int shards) {
    try {
      return Catalogue.of(shards);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }

  private static String line(TopicListing topic) {
    return "%s  %d partitions  %s%s"
        .formatted(
            topic.name(),
            topic.partitions(),
            new TreeMap<>(topic.configs()),
            topic.known() ? "" : "  (not in the catalogue)");
  }

  /** Which topics there should be. */
  static final class Wanted {
    @Option(
        names = "--shards",
        paramLabel = "N",
        defaultValue = "" + Catalogue.LOCAL_SHARDS,
        description = "Shards, and so partitions of request topics (default: ${DEFAULT-VALUE}).")
    private int shards;

    @Option(
        names = "--workers",
        paramLabel = "ID",
        split = ",",
        description = "Workers whose task topics are wanted too.")
    private List<String> workers = List.of();

    Wanted() {}

    Catalogue catalogue() {
      return TopicsCommand.catalogue(shards);
    }

    List<Topic> topics() {
      try {
        return catalogue().all(workers);
      } catch (IllegalArgumentException e) {
        throw CommandFailure.usage(e.getMessage());
      }
    }
  }
}
