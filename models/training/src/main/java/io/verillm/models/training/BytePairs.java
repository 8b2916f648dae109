package io.verillm.models.training;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

/**
 * A byte-level byte-pair vocabulary (Sennrich et al. 2016): two special tokens, the 256 bytes, then
 * one token for each merge in order of merging.
 */
final class BytePairs {

  static final int BOS = 0;
  static final int EOS = 1;
  private static final int FIRST_BYTE = 2;

  private final List<byte[]> tokens = new ArrayList<>();
  private final List<int[]> merges = new ArrayList<>();
  private final Map<Long, Integer> ranks = new HashMap<>();
  private final Map<String, int[]> cache = new HashMap<>();

  private BytePairs() {
    tokens.add("<|bos|>".getBytes(StandardCharsets.UTF_8));
    tokens.add("<|eos|>".getBytes(StandardCharsets.UTF_8));
    for (int b = 0; b < 256; b++) {
      tokens.add(new byte[] {(byte) b});
    }
  }

  private record Candidate(long count, long pair) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      int byCount = Long.compare(other.count, count);
      return byCount != 0 ? byCount : Long.compare(pair, other.pair);
    }
  }

  /**
   * Learns merges, most frequent pair first (ties: lowest ids), until {@code size} tokens exist.
   */
  static BytePairs learn(List<String> documents, int size) {
    TreeMap<String, Integer> frequency = new TreeMap<>();
    for (String document : documents) {
      for (byte[] word : ByteLevel.words(document)) {
        frequency.merge(new String(word, StandardCharsets.ISO_8859_1), 1, Integer::sum);
      }
    }
    List<int[]> words = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    frequency.forEach(
        (word, count) -> {
          words.add(bytes(word.getBytes(StandardCharsets.ISO_8859_1)));
          counts.add(count);
        });
    BytePairs pairs = new BytePairs();
    pairs.merge(words, counts, size);
    return pairs;
  }

  private void merge(List<int[]> words, List<Integer> counts, int size) {
    Map<Long, Long> total = new HashMap<>();
    Map<Long, Set<Integer>> where = new HashMap<>();
    for (int w = 0; w < words.size(); w++) {
      count(words.get(w), counts.get(w), w, total, where, new HashSet<>());
    }
    PriorityQueue<Candidate> queue = new PriorityQueue<>();
    total.forEach((pair, count) -> queue.add(new Candidate(count, pair)));
    while (tokens.size() < size) {
      Candidate best = queue.remove();
      if (total.getOrDefault(best.pair, 0L) != best.count) {
        continue;
      }
      int id = add(best.pair);
      Set<Long> touched = new HashSet<>();
      for (int w : where.remove(best.pair)) {
        count(words.get(w), -counts.get(w), w, total, where, touched);
        words.set(w, replace(words.get(w), best.pair, id));
        count(words.get(w), counts.get(w), w, total, where, touched);
      }
      for (long pair : touched) {
        long count = total.getOrDefault(pair, 0L);
        if (count > 0) {
          queue.add(new Candidate(count, pair));
        }
      }
    }
  }

  private static void count(
      int[] word,
      long by,
      int w,
      Map<Long, Long> total,
      Map<Long, Set<Integer>> where,
      Set<Long> touched) {
    for (int i = 0; i + 1 < word.length; i++) {
      long pair = pair(word[i], word[i + 1]);
      total.merge(pair, by, Long::sum);
      touched.add(pair);
      if (by > 0) {
        where.computeIfAbsent(pair, p -> new HashSet<>()).add(w);
      }
    }
  }

  private int add(long pair) {
    byte[] left = tokens.get((int) (pair >>> 32));
    byte[] right = tokens.get((int) pair);
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.writeBytes(left);
    joined.writeBytes(right);
    int id = tokens.size();
    tokens.add(joined.toByteArray());
    ranks.put(pair, id);
    merges.add(new int[] {(int) (pair >>> 32), (int) pair});
    return id;
  }

  private static int[] bytes(byte[] word) {
    int[] ids = new int[word.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = FIRST_BYTE + (word[i] & 0xff);
    }
    return ids;
  }

  private static int[] replace(int[] word, long pair, int id) {
    int[] out = new int[word.length];
    int n = 0;
    for (int i = 0; i < word.length; i++) {
      boolean hit = i + 1 < word.length && pair(word[i], word[i + 1]) == pair;
      out[n++] = hit ? id : word[i];
      i += hit ? 1 : 0;
    }
    return Arrays.copyOf(out, n);
  }

  private static long pair(int left, int right) {
    return ((long) left << 32) | right;
  }

  /** Token ids of a text, without special tokens. */
  int[] encode(String text) {
    return ByteLevel.words(text).stream()
        .flatMapToInt(
            word ->
                Arrays.stream(
                    cache.computeIfAbsent(
                        new String(word, StandardCharsets.ISO_8859_1), w -> encodeWord(word))))
        .toArray();
  }

  private int[] encodeWord(byte[] word) {
    int[] ids = bytes(word);
    while (true) {
      int best = Integer.MAX_VALUE;
      long bestPair = -1;
      for (int i = 0; i + 1 < ids.length; i++) {
        Integer rank = ranks.get(pair(ids[i], ids[i + 1]));
        if (rank != null && rank < best) {
          best = rank;
          bestPair = pair(ids[i], ids[i + 1]);
        }
      }
      if (bestPair < 0) {
        return ids;
      }
      ids = replace(ids, bestPair, best);
    }
  }

  String decode(int[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(tokens.get(id));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  int size() {
    return tokens.size();
  }

  /** A token as {@code tokenizer.json} spells it. */
  String spelling(int id) {
    if (id < FIRST_BYTE) {
      return new String(tokens.get(id), StandardCharsets.UTF_8);
    }
    char[] alphabet = ByteLevel.alphabet();
    StringBuilder text = new StringBuilder();
    for (byte b : tokens.get(id)) {
      text.append(alphabet[b & 0xff]);
    }
    return text.toString();
  }

  /** Pairs of token ids, first merge first. */
  List<int[]> merges() {
    return List.copyOf(merges);
  }
}
