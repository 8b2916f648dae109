package io.verillm.protocol.sim.adversary;

import static io.verillm.protocol.sim.adversary.Plans.accepting;
import static io.verillm.protocol.sim.adversary.Plans.computing;
import static io.verillm.protocol.sim.adversary.Plans.honestBut;
import static io.verillm.protocol.sim.adversary.Plans.invented;
import static io.verillm.protocol.sim.adversary.Plans.plan;
import static io.verillm.protocol.sim.adversary.Plans.rejecting;
import static io.verillm.protocol.sim.party.CheckerPlan.HONEST;

import io.verillm.events.FlagKind;
import io.verillm.protocol.sim.party.AuthorPlan;
import io.verillm.protocol.sim.party.AuthorPlan.Delivery;
import io.verillm.protocol.sim.party.Behaviour;
import io.verillm.protocol.sim.party.CheckerPlan;
import io.verillm.protocol.sim.party.CheckerPlan.Ballot;
import io.verillm.protocol.sim.party.Computation;
import io.verillm.protocol.sim.party.EvidenceClaim;
import io.verillm.protocol.sim.party.Manner;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Every way to behave that the simulation knows, by name: the honest one and the rows of protocol
 * section 13 that a worker can play. Costs are in c: an honest segment 100, a check 1; whoever
 * computes with cheaper weights pays a quarter to a half.
 */
public final class Gallery {
  /** The honest behaviour. */
  public static final Behaviour HONEST_WORKER = Adversary.HONEST;

  /**
   * Votes against the truth in both rounds, whatever it costs. It is handed every author's rows for
   * nothing, so that it can accept what is wrong; a real one would have to collude with each
   * author.
   */
  public static final Behaviour BYZANTINE =
      Adversary.checker("byzantine", turn -> turn.wrong() ? accepting(1) : rejecting(1)).together();

  private static final double CHEAP = 25;
  private static final double HALF = 50;

  /** Share of wrong positions that a first round opens none of more often than not. */
  private static final double BARELY_WRONG = 0.03;

  /** Share of the positions that look back further than a small cache reaches. */
  private static final double FORGETFUL = 0.6;

  private static final SortedMap<String, Behaviour> ALL = index();

  private Gallery() {}

  /** Everybody but the honest and the byzantine, by name. */
  public static SortedMap<String, Behaviour> all() {
    return ALL;
  }

  /** A behaviour by its name. */
  public static Optional<Behaviour> find(String name) {
    return Stream.concat(Stream.of(HONEST_WORKER, BYZANTINE), ALL.values().stream())
        .filter(b -> b.name().equals(name))
        .findFirst();
  }

  /**
   * Cheats that sentinels run for BAD flags, by their names in a calibration's report: those that
   * live ones run where checkers have a calibration.
   */
  public static SortedMap<String, Manner> sentinelCheats() {
    SortedMap<String, Manner> cheats = new TreeMap<>();
    cheats.put("bf16-cast", Manner.computed(Computation.BF16));
    cheats.put("int8", Manner.computed(Computation.INT8));
    cheats.put("int4", Manner.computed(Computation.INT4));
    cheats.put("other-model", Manner.computed(Computation.OTHER_MODEL));
    cheats.put("skipped-layer", Manner.computed(Computation.SKIPPED_LAYERS));
    cheats.put("fine-tuned", Manner.computed(Computation.FINE_TUNED));
    cheats.put("edited-prompt", Manner.HONEST.prompt(Manner.Prompt.EDITED));
    cheats.put("early-stop", Manner.HONEST.ending(Manner.Ending.EARLY));
    cheats.put("wrong-temperature", Manner.thenPrefilled(Computation.WRONG_TEMPERATURE));
    return Collections.unmodifiableSortedMap(cheats);
  }

  private static SortedMap<String, Behaviour> index() {
    SortedMap<String, Behaviour> index = new TreeMap<>();
    Stream.of(models(), texts(), deliveries(), checkers(), sentinels(), coalitions())
        .flatMap(List::stream)
        .forEach(b -> index.put(b.name(), b));
    return Collections.unmodifiableSortedMap(index);
  }

  /** Workers that compute otherwise, in both roles. */
  private static List<Behaviour> models() {
    return List.of(
        computesAs(Computation.BF16, HALF, 0.5),
        computesAs(Computation.INT8, HALF, 0.5),
        computesAs(Computation.INT4, CHEAP, 0.25),
        computesAs(Computation.FINE_TUNED, AuthorPlan.HONEST_COST, 1),
        computesAs(Computation.OTHER_MODEL, CHEAP, 0.25),
        computesAs(Computation.SKIPPED_LAYERS, HALF, 0.5),
        computesAs(Computation.QUANTISED_CACHE, 80, 1),
        computesAs(Computation.FP8, HALF, 0.5));
  }

  private static Behaviour computesAs(Computation computation, double writing, double checking) {
    AuthorPlan written = plan(Manner.computed(computation), writing);
    return Adversary.both(
        computation.label(), turn -> written, turn -> computing(computation, checking));
  }

  /** Authors whose text is not the model's. */
  private static List<Behaviour> texts() {
    return List.of(
        Adversary.author(
            "cheap-then-prefill", plan(Manner.thenPrefilled(Computation.INT4), CHEAP + 1)),
        Adversary.author(
            "wrong-temperature",
            plan(Manner.thenPrefilled(Computation.WRONG_TEMPERATURE), AuthorPlan.HONEST_COST)),
        Adversary.author(
            "small-nucleus",
            plan(Manner.thenPrefilled(Computation.SMALL_NUCLEUS), AuthorPlan.HONEST_COST)),
        Adversary.author(
            "boosted-tokens",
            plan(Manner.thenPrefilled(Computation.BOOSTED_TOKENS), AuthorPlan.HONEST_COST)),
        // What it forgets only later positions miss.
        Adversary.author(
            "evicted-cache", plan(Manner.partly(Computation.EVICTED_CACHE, FORGETFUL), 80)),
        Adversary.author("early-stop", plan(Manner.HONEST.ending(Manner.Ending.EARLY), 60)),
        Adversary.author("wrong-stop", plan(Manner.HONEST.ending(Manner.Ending.WRONG_STOP), 60)),
        Adversary.author("few-tokens", plan(Manner.HONEST.corrupted(2), AuthorPlan.HONEST_COST)),
        Adversary.author("padding", plan(Manner.HONEST.corrupted(12), 70)),
        Adversary.author("few-rows", plan(Manner.ofRows(Computation.INT4, 0.2), 85)),
        Adversary.author(
            "noisy-rows", plan(Manner.ofRows(Computation.NOISE, 1), AuthorPlan.HONEST_COST)),
        Adversary.author("edited-prompt", plan(Manner.HONEST.prompt(Manner.Prompt.EDITED), 100)),
        Adversary.author(
            "shortened-prompt", plan(Manner.HONEST.prompt(Manner.Prompt.SHORTENED), 100)));
  }

  /** Authors that keep something back. */
  private static List<Behaviour> deliveries() {
    return List.of(
        Adversary.author("silent-author", new AuthorPlan(Manner.HONEST, Delivery.NOTHING, 0)),
        Adversary.author("no-final", new AuthorPlan(Manner.HONEST, Delivery.NO_FINAL, 1)),
        Adversary.author("no-text", honestBut(Delivery.NO_TEXT)),
        Adversary.author("author-not-opening", honestBut(Delivery.NOT_OPENED)),
        Adversary.author("author-equivocating", honestBut(Delivery.EQUIVOCATES)));
  }

  private static List<Behaviour> checkers() {
    return List.of(
        Adversary.checker("always-accept", invented(Ballot.ACCEPT)),
        Adversary.checker("always-reject", invented(Ballot.REJECT)),
        Adversary.checker("random", invented(Ballot.COIN)),
        Adversary.checker("inverse", HONEST.voting(Ballot.OPPOSITE)),
        Adversary.checker("lazy", invented(Ballot.RULE)),
        Adversary.checker("grief-reject", turn -> rejecting(1)),
        Adversary.checker("grief-unsure", HONEST.claiming(EvidenceClaim.ONE_UNSURE)).together(),
        // Now and then one calls a second round, of which its friends have a part of the seats.
        Adversary.checker(
                "seat-farming",
                turn ->
                    turn.round() == 1 && turn.random().nextInt(4) == 0
                        ? HONEST.claiming(EvidenceClaim.ONE_UNSURE)
                        : HONEST)
            .together(),
        Adversary.checker("unsure-ballot", HONEST.voting(Ballot.UNSURE)),
        Adversary.checker("cheap-checker", computing(Computation.INT8, 0.5)),
        Adversary.checker(
            "copied-commitment",
            invented(Ballot.RULE).delivering(CheckerPlan.Delivery.COPIED_COMMITMENT)),
        Adversary.checker("other-output", HONEST.delivering(CheckerPlan.Delivery.OTHER_OUTPUT)),
        Adversary.checker("equivocating", HONEST.delivering(CheckerPlan.Delivery.EQUIVOCATES)),
        Adversary.checker("not-opening", HONEST.delivering(CheckerPlan.Delivery.NOT_OPENED)),
        Adversary.checker("not-voting", HONEST.delivering(CheckerPlan.Delivery.NO_VOTE)),
        Adversary.checker(
            "closed-in-round-two", HONEST.delivering(CheckerPlan.Delivery.CLOSED_IN_ROUND_TWO)),
        Adversary.checker("missing", HONEST.delivering(CheckerPlan.Delivery.MISSING)),
        Adversary.checker("disputing", HONEST.delivering(CheckerPlan.Delivery.DISPUTES)),
        // It repeats what it may not: nothing of it counts, nothing is lost.
        Adversary.checker("repeating", HONEST.delivering(CheckerPlan.Delivery.REPEATED))
            .cheatingAs());
  }

  /** Workers whose flags are not what they say, so that honest checkers are fined for them. */
  private static List<Behaviour> sentinels() {
    AuthorPlan cheating = plan(Manner.computed(Computation.INT8), AuthorPlan.HONEST_COST);
    AuthorPlan barely = plan(Manner.ofRows(Computation.INT4, BARELY_WRONG), AuthorPlan.HONEST_COST);
    return List.of(
        Adversary.sentinel(
            "false-flag", (kind, asked) -> kind == FlagKind.BAD ? AuthorPlan.HONEST : cheating),
        Adversary.sentinel(
            "hidden-flag",
            (kind, asked) ->
                kind == FlagKind.BAD
                    ? new AuthorPlan(asked.manner(), Delivery.NOT_OPENED, asked.cost())
                    : asked),
        Adversary.sentinel(
            "hardly-bad-flag", (kind, asked) -> kind == FlagKind.BAD ? barely : asked),
        // Its friends say that they have found what the first draw missed.
        new Adversary(
            "framing-flag",
            turn -> AuthorPlan.HONEST,
            turn -> turn.friend() && turn.wrong() ? invented(Ballot.RULE) : HONEST,
            (kind, asked) -> kind == FlagKind.BAD ? barely : asked,
            Set.of(Adversary.Role.SENTINEL, Adversary.Role.CHECKER),
            true));
  }

  /** Workers of one coalition share what they know of their own authors' segments. */
  private static List<Behaviour> coalitions() {
    return List.of(
        Adversary.both(
                "collusion",
                turn -> plan(Manner.computed(Computation.OTHER_MODEL), CHEAP),
                turn -> turn.friend() ? accepting(0) : HONEST)
            .together(),
        Adversary.both(
                "capture",
                turn -> plan(Manner.computed(Computation.OTHER_MODEL), CHEAP),
                turn -> turn.friend() ? accepting(0) : rejecting(1))
            .together(),
        // Friends know without looking, and fill seats of the second round that others cause.
        Adversary.both(
                "edge-noise",
                turn -> plan(Manner.atEdges(Computation.NOISE), AuthorPlan.HONEST_COST),
                turn -> turn.friend() ? accepting(0) : HONEST)
            .together(),
        Adversary.both(
                "near-limit-noise",
                turn -> plan(Manner.ofRows(Computation.NEAR_LIMIT, 1), AuthorPlan.HONEST_COST),
                turn -> turn.friend() ? accepting(0) : HONEST)
            .together(),
        // One segment in four is wrong for all to see, so that peer prediction has more to pay.
        Adversary.both(
                "sacrifice",
                turn ->
                    turn.random().nextInt(4) == 0
                        ? plan(Manner.computed(Computation.OTHER_MODEL), CHEAP)
                        : AuthorPlan.HONEST,
                turn -> HONEST)
            .together());
  }
}
