package io.verillm.gpu.bench;

import io.verillm.models.Attention;
import io.verillm.models.ModelConfig;
import io.verillm.models.Rope;
import io.verillm.models.weights.Tensor;
import io.verillm.models.weights.Weights;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A model as llama.cpp reads it: GGUF version 3 (ggml, docs/gguf.md), single precision, with a
 * tokenizer of no use. One tensor is in memory at a time.
 */
final class GgufFile {
  private static final int VERSION = 3;
  private static final int ALIGNMENT = 32;
  private static final int UINT32 = 4;
  private static final int FLOAT32 = 6;
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int TYPE_F32 = 0;
  private static final int BYTES = 256;
  private static final int PIECE_VALUES = 1 << 18;

  private final ModelConfig config;
  private final Weights weights;

  /** Names there, and names here. */
  private final Map<String, String> tensors = new LinkedHashMap<>();

  private GgufFile(ModelConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
    tensors.put("token_embd.weight", "model.embed_tokens.weight");
    tensors.put("output_norm.weight", "model.norm.weight");
    if (!config.tiedEmbeddings()) {
      tensors.put("output.weight", "lm_head.weight");
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      String here = "model.layers." + layer + ".";
      String there = "blk." + layer + ".";
      tensors.put(there + "attn_norm.weight", here + "input_layernorm.weight");
      tensors.put(there + "attn_q.weight", here + "self_attn.q_proj.weight");
      tensors.put(there + "attn_k.weight", here + "self_attn.k_proj.weight");
      tensors.put(there + "attn_v.weight", here + "self_attn.v_proj.weight");
      tensors.put(there + "attn_output.weight", here + "self_attn.o_proj.weight");
      tensors.put(there + "ffn_norm.weight", here + "post_attention_layernorm.weight");
      tensors.put(there + "ffn_gate.weight", here + "mlp.gate_proj.weight");
      tensors.put(there + "ffn_up.weight", here + "mlp.up_proj.weight");
      tensors.put(there + "ffn_down.weight", here + "mlp.down_proj.weight");
    }
  }

  /** Whether this writes models of the kind: the plain ones. */
  static boolean holds(ModelConfig config) {
    return config.attention().equals(Attention.PLAIN)
        && config.rope().equals(Rope.plain(config.rope().theta()));
  }

  /**
   * Writes a file; what was there is replaced.
   *
   * @throws IllegalArgumentException for a model that is not {@linkplain #holds held}
   * @throws IOException if it cannot be written
   */
  static void write(Path file, ModelConfig config, Weights weights) throws IOException {
    if (!holds(config)) {
      throw new IllegalArgumentException("biases, norms of heads and scaled positions: " + config);
    }
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      new GgufFile(config, weights).write(out);
    }
  }

  private void write(FileChannel out) throws IOException {
    byte[] header = header();
    writeAll(out, ByteBuffer.wrap(header));
    long start = aligned(header.length);
    for (Map.Entry<String, String> tensor : tensors.entrySet()) {
      out.position(start);
      float[] values = values(tensor.getValue());
      for (int at = 0; at < values.length; at += PIECE_VALUES) {
        int count = Math.min(PIECE_VALUES, values.length - at);
        ByteBuffer piece = little(Float.BYTES * count);
        piece.asFloatBuffer().put(values, at, count);
        writeAll(out, piece);
      }
      start = aligned(out.position());
    }
  }

  private float[] values(String name) {
    Tensor tensor = weights.tensor(name);
    if (!name.endsWith("q_proj.weight") && !name.endsWith("k_proj.weight")) {
      return tensor.values();
    }
    // Pairs that turn together lie side by side there, and half a head apart here.
    int columns = tensor.shape()[1];
    float[] turned = new float[tensor.values().length];
    for (int row = 0; row < tensor.shape()[0]; row++) {
      int inHead = row % config.headSize();
      int from = row - inHead + inHead % 2 * (config.headSize() / 2) + inHead / 2;
      System.arraycopy(tensor.values(), from * columns, turned, row * columns, columns);
    }
    return turned;
  }

  private byte[] header() {
    Bytes bytes = new Bytes();
    bytes.text("GGUF");
    bytes.number(VERSION).longNumber(tensors.size()).longNumber(settings().size());
    settings()
        .forEach((key, value) -> {
          bytes.string(key);
          switch (value) {
            case Integer number -> bytes.number(UINT32).number(number);
            case List<?> texts -> {
              bytes.number(ARRAY).number(STRING).longNumber(texts.size());
              texts.forEach(text -> bytes.string(text.toString()));
            }
            case Float number -> bytes.number(FLOAT32).number(Float.floatToIntBits(number));
            default -> bytes.number(STRING).string(value.toString());
          }
        });
    long offset = 0;
    for (Map.Entry<String, String> tensor : tensors.entrySet()) {
      int[] shape = weights.shape(tensor.getValue());
      bytes.string(tensor.getKey()).number(shape.length);
      for (int i = shape.length - 1; i >= 0; i--) {
        bytes.longNumber(shape[i]);
      }
      bytes.number(TYPE_F32).longNumber(offset);
      long values = IntStream.of(shape).asLongStream().reduce(1, Math::multiplyExact);
      offset = aligned(offset + Float.BYTES * values);
    }
    return bytes.out.toByteArray();
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("general.architecture", "llama");
    settings.put("general.alignment", ALIGNMENT);
    settings.put("general.file_type", 0);
    settings.put("llama.vocab_size", config.vocabulary());
    settings.put("llama.context_length", config.positions());
    settings.put("llama.embedding_length", config.width());
    settings.put("llama.block_count", config.layers());
    settings.put("llama.feed_forward_length", config.inner());
    settings.put("llama.attention.head_count", config.heads());
    settings.put("llama.attention.head_count_kv", config.kvHeads());
    settings.put("llama.attention.key_length", config.headSize());
    settings.put("llama.attention.value_length", config.headSize());
    settings.put("llama.attention.layer_norm_rms_epsilon", (float) config.normEpsilon());
    settings.put("llama.rope.dimension_count", config.headSize());
    settings.put("llama.rope.freq_base", (float) config.rope().theta());
    // It does not run without a tokenizer that knows all bytes; nobody asks this one anything.
    settings.put("tokenizer.ggml.model", "llama");
    settings.put(
        "tokenizer.ggml.tokens",
        IntStream.range(0, config.vocabulary())
            .mapToObj(id -> (id < BYTES ? "<0x%02X>" : "t%d").formatted(id))
            .toList());
    return settings;
  }

  private static long aligned(long position) {
    return Math.ceilDiv(position, ALIGNMENT) * ALIGNMENT;
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private static final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes number(int value) {
      out.writeBytes(little(Integer.BYTES).putInt(value).array());
      return this;
    }

    Bytes longNumber(long value) {
      out.writeBytes(little(Long.BYTES).putLong(value).array());
      return this;
    }

    Bytes string(String value) {
      longNumber(value.getBytes(StandardCharsets.UTF_8).length);
      return text(value);
    }

    Bytes text(String value) {
      out.writeBytes(value.getBytes(StandardCharsets.UTF_8));
      return this;
    }
  }
}
