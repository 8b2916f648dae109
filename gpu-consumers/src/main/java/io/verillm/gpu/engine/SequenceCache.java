package io.verillm.gpu.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keys and values of some sequences in native memory: an array [sequences, kvHeads, entries,
 * headDimension] for the keys and one for the values of each layer. A sequence's entries are the
 * last ones; before them zeros may stand.
 *
 * @param memory owns the arrays
 * @param arrays in the order of {@link DecoderGraph.Group#past}
 * @param sequences how many
 * @param entries of the longest
 */
record SequenceCache(NDManager memory, List<NDArray> arrays, int sequences, int entries)
    implements AutoCloseable {
  /** Takes arrays out of a run's scope. */
  static SequenceCache keep(NDManager parent, List<NDArray> arrays) {
    NDManager memory = parent.newSubManager();
    arrays.forEach(array -> array.attach(memory));
    Shape shape = arrays.getFirst().getShape();
    return new SequenceCache(
        memory, arrays, Math.toIntExact(shape.get(0)), Math.toIntExact(shape.get(2)));
  }

  /** Sequences that have fed nothing. */
  static SequenceCache empty(NDManager parent, DecoderGraph graph, int sequences) {
    NDManager memory = parent.newSubManager();
    Shape shape = new Shape(sequences, graph.kvHeads(), 0, graph.headDimension());
    List<NDArray> arrays = new ArrayList<>();
    for (int i = 0; i < graph.groups().getFirst().past().size(); i++) {
      arrays.add(memory.create(FloatBuffer.allocate(0), shape));
    }
    return new SequenceCache(memory, arrays, sequences, 0);
  }

  /**
   * One sequence of a cache.
   *
   * @param cache where it is
   * @param sequence which one
   * @param entries it has
   */
  record Part(SequenceCache cache, int sequence, int entries) {}

  /** Copies sequences into a cache of their own, as long as the longest of them. */
  static SequenceCache pack(NDManager parent, DecoderGraph graph, List<Part> parts) {
    NDManager memory = parent.newSubManager();
    int entries = parts.stream().mapToInt(Part::entries).max().orElse(0);
    Shape shape = new Shape(parts.size(), graph.kvHeads(), entries, graph.headDimension());
    List<NDArray> arrays = new ArrayList<>();
    try {
      for (int i = 0; i < graph.groups().getFirst().past().size(); i++) {
        int bytes = Math.toIntExact(Float.BYTES * shape.size());
        ByteBuffer packed = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        // Reading an array copies the whole of it, so each is read once for all its sequences.
        Map<SequenceCache, ByteBuffer> sources = new IdentityHashMap<>();
        for (int part = 0; part < parts.size(); part++) {
          SequenceCache cache = parts.get(part).cache;
          ByteBuffer source = sources.get(cache);
          if (source == null) {
            source = cache.arrays.get(i).toByteBuffer();
            sources.put(cache, source);
          }
          copy(parts.get(part), source, graph, packed, part, entries);
        }
        arrays.add(memory.create(packed.asFloatBuffer(), shape));
      }
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
    return new SequenceCache(memory, arrays, parts.size(), entries);
  }

  private static void copy(
      Part part,
      ByteBuffer source,
      DecoderGraph graph,
      ByteBuffer packed,
      int sequence,
      int entries) {
    int entryBytes = Float.BYTES * graph.headDimension();
    for (int head = 0; head < graph.kvHeads(); head++) {
      int from = (part.sequence * graph.kvHeads() + head + 1) * part.cache.entries - part.entries;
      int to = (sequence * graph.kvHeads() + head + 1) * entries - part.entries;
      packed.put(to * entryBytes, source, from * entryBytes, part.entries * entryBytes);
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
