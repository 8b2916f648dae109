package io.verillm.streams.audit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Two lists that should tell of the same things in the same order. Things that one of them lacks
 * are set apart, so that a gap does not accuse everything behind it; where the order differs, one
 * side of it counts as a gap.
 *
 * @param pairs what both have, in order
 * @param onlyFirst what only the first list has
 * @param onlySecond what only the second list has
 */
record Alignment<A, B>(List<Pair<A, B>> pairs, List<A> onlyFirst, List<B> onlySecond) {
  /** One thing as both lists have it. */
  record Pair<A, B>(A first, B second) {}

  /** Aligns by names, which need not be unique. */
  static <A, B> Alignment<A, B> of(
      List<A> first, Function<A, String> nameOfFirst, List<B> second, Function<B, String> name) {
    Map<String, Deque<Integer>> ahead = new HashMap<>();
    for (int i = 0; i < second.size(); i++) {
      ahead.computeIfAbsent(name.apply(second.get(i)), n -> new ArrayDeque<>()).add(i);
    }
    Alignment<A, B> aligned =
        new Alignment<>(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    int next = 0;
    for (A one : first) {
      Deque<Integer> places = ahead.getOrDefault(nameOfFirst.apply(one), new ArrayDeque<>());
      while (!places.isEmpty() && places.peek() < next) {
        places.remove();
      }
      if (places.isEmpty()) {
        aligned.onlyFirst().add(one);
        continue;
      }
      int place = places.remove();
      aligned.onlySecond().addAll(second.subList(next, place));
      aligned.pairs().add(new Pair<>(one, second.get(place)));
      next = place + 1;
    }
    aligned.onlySecond().addAll(second.subList(next, second.size()));
    return aligned;
  }
}
