package io.verillm.cli;

import io.verillm.topics.Catalogue;
import io.verillm.topics.Role;
import io.verillm.topics.Topic;
import io.verillm.topics.access.Principal;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which topics there should be on a cluster, and who takes part. */
final class WantedOption {
  @Mixin private ShardsOption shards = new ShardsOption();

  @Option(
      names = "--workers",
      paramLabel = "ID",
      split = ",",
      description = "Workers whose task topics, groups and rights are wanted too.")
  private List<String> workers = List.of();

  @Option(
      names = "--witnesses",
      paramLabel = "ID",
      split = ",",
      description = "Witnesses whose rights are wanted too.")
  private List<String> witnesses = List.of();

  @Option(
      names = "--requesters",
      paramLabel = "NAME",
      split = ",",
      description = "Requesters with a user of their own, beside the shared one.")
  private List<String> requesters = List.of();

  @Option(
      names = "--posters",
      paramLabel = "NAME",
      split = ",",
      description = "Posters with a user and a quota of their own, beside the shared one.")
  private List<String> posters = List.of();

  @Option(
      names = "--analysts",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "tables,auditor",
      description = "Users who read what is public (default: ${DEFAULT-VALUE}).")
  private List<String> analysts = List.of();

  WantedOption() {}

  Catalogue catalogue() {
    return shards.catalogue();
  }

  List<Topic> topics() {
    return valid(() -> catalogue().needed(workers));
  }

  List<String> workers() {
    return workers;
  }

  /** Everybody named, and those that every deployment has. */
  List<Principal> principals() {
    return valid(() ->
        Stream.of(
                Stream.of(
                    Principal.OPERATOR,
                    Principal.COORDINATOR,
                    Principal.SEALER,
                    Principal.LEDGER,
                    Principal.SINK,
                    Principal.REQUESTER,
                    Principal.POSTER),
                named(witnesses, Principal::witness),
                named(workers, Principal::worker),
                named(requesters, Principal::requester),
                named(posters, Principal::poster),
                named(analysts, Principal::analyst))
            .flatMap(principals -> principals)
            .toList());
  }

  List<Principal> posters() {
    return principals().stream().filter(p -> p.role() == Role.POSTER).toList();
  }

  private static Stream<Principal> named(List<String> names, Function<String, Principal> kind) {
    return names.stream().map(kind);
  }

  private static <T> T valid(Supplier<T> wanted) {
    try {
      return wanted.get();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }
}
