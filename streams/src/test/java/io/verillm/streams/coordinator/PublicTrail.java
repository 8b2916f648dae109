package io.verillm.streams.coordinator;

import io.verillm.protocol.registry.TaskSize;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What everybody can read of one shard, and what a worker makes of it when a task arrives. Nothing
 * there names the request, so it goes by times: which requests can be its own, and whose FINAL its
 * task follows.
 */
final class PublicTrail {
  private static final double LONG_AGO = 60_000;

  /** Requests without a challenge, by id. */
  private final Map<String, Open> open = new HashMap<>();

  private final Map<String, Double> prefills = new HashMap<>();

  /** FINALs by time, with the time of the same task's PREFILL. */
  private final TreeMap<Double, Double> finals = new TreeMap<>();

  private record Open(double at, int maxTokens) {}

  /** A FINAL as the task's trigger: what its task's PREFILL may have followed. */
  private record Trigger(double at, double prefill, double accepted, double fromAccepted) {}

  /** What the worker knows of its own task. */
  record Own(double now, double tick, int prompt, int bytes, int vocabulary, double perSecond) {
    private double read() {
      return 1_000 * prompt / perSecond;
    }

    /** Whether a request with this limit has tasks of this size. */
    private boolean fits(Open request) {
      long reach = TaskSize.largest(prompt + request.maxTokens(), vocabulary);
      int size = Padding.SMALLEST;
      while (size < reach) {
        size <<= 1;
      }
      return size == bytes;
    }
  }

  void accepted(String request, double at, int maxTokens) {
    open.put(request, new Open(at, maxTokens));
  }

  void challenged(String request) {
    open.remove(request);
  }

  void prefilled(String task, double at) {
    prefills.put(task, at);
  }

  void finished(String task, double at) {
    finals.put(at, prefills.get(task));
  }

  /** Which requests can be the task's: how many, and how old they are. */
  Map<String, Double> requests(Own own) {
    List<Double> ages =
        open.values().stream().filter(own::fits).map(o -> own.now() - o.at()).sorted().toList();
    Map<String, Double> features = new TreeMap<>();
    features.put("open requests", (double) open.size());
    features.put("that fit", (double) ages.size());
    features.put("youngest that fits", ages.isEmpty() ? LONG_AGO : ages.getFirst());
    features.put("middle that fits", ages.isEmpty() ? LONG_AGO : ages.get(ages.size() / 2));
    features.put("oldest that fits", ages.isEmpty() ? LONG_AGO : ages.getLast());
    return features;
  }

  /**
   * Whose segment the task follows: of the FINALs of the tick that gave it the one whose author
   * seems most to have been a request's first, by how long its PREFILL came behind an Accepted.
   */
  Map<String, Double> followed(Own own, double tickMillis) {
    List<Trigger> triggers =
        finals.subMap(own.tick() - tickMillis, false, own.tick(), true).entrySet().stream()
            .map(f -> trigger(own, f.getKey(), f.getValue()))
            .sorted((a, b) -> Double.compare(a.fromAccepted(), b.fromAccepted()))
            .toList();
    Map<String, Double> features = new TreeMap<>();
    features.put("FINALs of the tick", (double) triggers.size());
    Trigger best =
        triggers.isEmpty() ? new Trigger(own.now(), 0, 0, LONG_AGO) : triggers.getFirst();
    features.put("its PREFILL behind an Accepted", best.fromAccepted());
    features.put("another's", triggers.size() < 2 ? LONG_AGO : triggers.getLast().fromAccepted());
    features.put("its PREFILL behind a tick", behindTick(best.prefill(), own, tickMillis));
    features.put("time of its segment", Math.min(LONG_AGO, best.at() - best.prefill()));
    features.put("age of that Accepted", Math.min(LONG_AGO, own.now() - best.accepted()));
    return features;
  }

  private Trigger trigger(Own own, double at, double prefill) {
    double nearest = LONG_AGO;
    double accepted = 0;
    for (Open request : open.values()) {
      double apart = Math.abs(prefill - request.at() - own.read());
      if (own.fits(request) && apart < nearest) {
        nearest = apart;
        accepted = request.at();
      }
    }
    return new Trigger(at, prefill, accepted, nearest);
  }

  /** How long behind the last tick that had a FINAL to follow. */
  private double behindTick(double prefill, Own own, double tickMillis) {
    Double before = finals.lowerKey(prefill - own.read());
    return before == null
        ? LONG_AGO
        : Math.min(LONG_AGO, prefill - Math.ceil(before / tickMillis) * tickMillis - own.read());
  }
}
