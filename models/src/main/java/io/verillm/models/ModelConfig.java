package io.verillm.models;

import java.util.Collection;
import java.util.List;

/**
 * The sizes and constants of a decoder of the Llama family.
 *
 * @param vocabulary number of token ids
 * @param width size of a row (the residual stream)
 * @param inner size of the SwiGLU layer
 * @param layers number of blocks
 * @param heads number of query heads
 * @param kvHeads number of key and value heads; divides {@code heads}
 * @param headSize values of one head; even
 * @param positions longest context
 * @param rope rotary positions
 * @param normEpsilon added to the mean square (Zhang and Sennrich 2019)
 * @param attention biases and norms of the attention layers
 * @param tiedEmbeddings whether the output layer is the embedding
 * @param eosIds tokens that end an answer, at least one; the first one ends it for the protocol
 */
public record ModelConfig(
    int vocabulary,
    int width,
    int inner,
    int layers,
    int heads,
    int kvHeads,
    int headSize,
    int positions,
    Rope rope,
    double normEpsilon,
    Attention attention,
    boolean tiedEmbeddings,
    List<Integer> eosIds) {

  /** Largest size of any dimension that is read, a bound on what a hostile file can ask for. */
  static final int DIMENSION_MAX = 1 << 20;

  /** Most layers, heads, and values of a head: several times those of any model of the family. */
  static final int COUNT_MAX = 1024;

  /** Most entries of a table of rotations: 1,048,576 positions of heads of 256. */
  static final long ROTATIONS_MAX = 1L << 27;

  /** Checks how the sizes relate. */
  public ModelConfig {
    eosIds = List.copyOf(eosIds);
    for (int size :
        List.of(vocabulary, width, inner, layers, heads, kvHeads, headSize, positions)) {
      require(size >= 1 && size <= DIMENSION_MAX, "a size is outside 1.." + DIMENSION_MAX, size);
    }
    for (int count : List.of(layers, heads, headSize)) {
      require(
          count <= COUNT_MAX,
          "num_hidden_layers, num_attention_heads or head_dim is above " + COUNT_MAX,
          count);
    }
    require(heads % kvHeads == 0, "num_key_value_heads does not divide " + heads, kvHeads);
    require(headSize % 2 == 0, "head_dim is odd", headSize);
    long rotations = (long) positions * (headSize / 2);
    require(
        rotations <= ROTATIONS_MAX,
        "max_position_embeddings times half of head_dim is above " + ROTATIONS_MAX,
        rotations);
    require(normEpsilon > 0 && normEpsilon < 1, "rms_norm_eps is outside 0..1", normEpsilon);
    require(!eosIds.isEmpty(), "eos_token_id is missing", eosIds);
    for (int eosId : eosIds) {
      require(eosId >= 0 && eosId < vocabulary, "eos_token_id is outside the vocabulary", eosId);
    }
  }

  /**
   * Reads a Hugging Face {@code config.json}. A setting that would change the computation and is
   * not known here is an error, never ignored.
   *
   * @throws InvalidModelException naming the setting that is missing, malformed or not supported
   */
  public static ModelConfig parse(byte[] json) {
    return ConfigFile.read(json);
  }

  /** The token that ends an answer under the protocol. */
  public int eosId() {
    return eosIds.getFirst();
  }

  /**
   * The same with other end tokens.
   *
   * @throws InvalidModelException if there is none, or one is outside the vocabulary
   */
  ModelConfig endingWith(Collection<Integer> eosIds) {
    return new ModelConfig(
        vocabulary,
        width,
        inner,
        layers,
        heads,
        kvHeads,
        headSize,
        positions,
        rope,
        normEpsilon,
        attention,
        tiedEmbeddings,
        List.copyOf(eosIds));
  }

  /** The same with no longer contexts than this. */
  public ModelConfig within(int positionsMax) {
    return new ModelConfig(
        vocabulary,
        width,
        inner,
        layers,
        heads,
        kvHeads,
        headSize,
        Math.min(positions, positionsMax),
        rope,
        normEpsilon,
        attention,
        tiedEmbeddings,
        eosIds);
  }

  /** Bytes of keys and values of one position, in single precision. */
  public long cacheBytes() {
    return 2L * layers * kvHeads * headSize * Float.BYTES;
  }

  /** The boundary set of this depth. */
  public List<Boundary> boundaries() {
    return Boundary.setOf(layers);
  }

  /** Number of weights. */
  public long parameters() {
    long query = (long) heads * headSize;
    long kv = (long) kvHeads * headSize;
    long block = 2L * width + 2 * query * width + 2 * kv * width + 3L * inner * width;
    block += attention.inputBias() ? query + 2 * kv : 0;
    block += attention.outputBias() ? width : 0;
    block += attention.headNorm() ? 2L * headSize : 0;
    long embeddings = (long) vocabulary * width * (tiedEmbeddings ? 1 : 2);
    return embeddings + layers * block + width;
  }

  private static void require(boolean holds, String message, Object value) {
    if (!holds) {
      throw new InvalidModelException("config.json: " + message + ": " + value);
    }
  }
}
