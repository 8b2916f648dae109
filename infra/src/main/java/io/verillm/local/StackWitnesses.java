package io.verillm.local;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.verillm.protocol.registry.RegisteredWitness;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Who closes a local stack's epochs.
 *
 * @param own how many witnesses run in the stack's own process
 * @param others names of those that run elsewhere, see {@link RegisteredWitness#name}
 */
public record StackWitnesses(int own, List<String> others) {
  /** Two of its own, so that a beacon is never one party's. */
  public static final StackWitnesses LOCAL = new StackWitnesses(2, List.of());

  /** Most witnesses of its own. */
  static final int OWN_MAX = 9;

  private static final String ID = "witness-%d";

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if there is no witness, too many of its own, one named twice
   *     or a name that is none
   */
  public StackWitnesses {
    others = List.copyOf(others);
    if (own < 0 || own > OWN_MAX || own + others.size() < 1) {
      throw new IllegalArgumentException(
          "a stack has 0..%d witnesses of its own and at least one in all, not %d and %d others"
              .formatted(OWN_MAX, own, others.size()));
    }
    List<String> ids =
        Stream.concat(ids(own), others.stream().map(StackWitnesses::parse).map(w -> w.id()))
            .toList();
    if (ids.stream().distinct().count() < ids.size()) {
      throw new IllegalArgumentException("a witness is named twice: " + ids);
    }
  }

  private static Stream<String> ids(int own) {
    return IntStream.rangeClosed(1, own).mapToObj(ID::formatted);
  }

  private static RegisteredWitness parse(String name) {
    return RegisteredWitness.parse(name)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "a witness is named by ID:KEY:VRFKEY as ./verillm witness prints it, not '"
                    + name
                    + "'"));
  }

  /** Ids of those in the stack's own process. */
  @JsonIgnore
  List<String> ownIds() {
    return ids(own).toList();
  }

  /** Those that run elsewhere. */
  @JsonIgnore
  List<RegisteredWitness> named() {
    return others.stream().map(StackWitnesses::parse).toList();
  }

  /** Ids of all. */
  @JsonIgnore
  List<String> allIds() {
    return Stream.concat(ids(own), named().stream().map(RegisteredWitness::id)).toList();
  }
}
