package io.verillm.gpu.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.gpu.TinyModel;
import io.verillm.models.ModelConfig;
import io.verillm.models.RandomShape;
import io.verillm.models.weights.RandomWeights;
import io.verillm.models.weights.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Read back by a reader that knows the format alone. */
class GgufFileTest {
  private static final ModelConfig CONFIG = TinyModel.CONFIG;
  private static final Weights WEIGHTS = new RandomWeights(CONFIG, 1);

  @TempDir private Path folder;

  private final Map<String, Object> settings = new HashMap<>();
  private final Map<String, float[]> tensors = new HashMap<>();

  @Test
  void shouldWriteSizesAndTensorsWhereTheFormatLooksForThem() throws IOException {
    read();

    assertThat(settings)
        .containsEntry("general.architecture", "llama")
        .containsEntry("llama.block_count", CONFIG.layers())
        .containsEntry("llama.attention.head_count_kv", CONFIG.kvHeads())
        .containsEntry("llama.rope.freq_base", (float) CONFIG.rope().theta());
    assertThat(tensors).hasSize(WEIGHTS.names().size());
    assertThat(tensors.get("token_embd.weight")).isEqualTo(values("model.embed_tokens.weight"));
    assertThat(tensors.get("blk.1.ffn_down.weight"))
        .isEqualTo(values("model.layers.1.mlp.down_proj.weight"));
  }

  @Test
  void shouldLayThePairsThatTurnTogetherSideBySide() throws IOException {
    read();

    int width = CONFIG.width();
    int half = CONFIG.headSize() / 2;
    float[] here = values("model.layers.0.self_attn.q_proj.weight");
    float[] there = tensors.get("blk.0.attn_q.weight");
    for (int head = 0; head < CONFIG.heads(); head++) {
      for (int pair = 0; pair < half; pair++) {
        int first = head * CONFIG.headSize();
        assertThat(row(there, first + 2 * pair, width)).isEqualTo(row(here, first + pair, width));
        assertThat(row(there, first + 2 * pair + 1, width))
            .isEqualTo(row(here, first + half + pair, width));
      }
    }
  }

  @Test
  void shouldRefuseAModelThatItWouldWriteWrongly() {
    ModelConfig normed = ModelConfig.parse(RandomShape.named("qwen3-0.6b").configJson());

    assertThat(GgufFile.holds(normed)).isFalse();
    assertThatThrownBy(
            () -> GgufFile.write(folder.resolve("x"), normed, new RandomWeights(normed, 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void shouldSayWhatIsMissingToRunLlamaCpp() {
    assertThat(new LlamaCpp(folder).missing())
        .hasValueSatisfying(
            why -> assertThat(why).contains("npm install", "node-llama-cpp", folder.toString()));
  }

  private static float[] values(String name) {
    return WEIGHTS.tensor(name).values();
  }

  private static float[] row(float[] matrix, int row, int width) {
    return Arrays.copyOfRange(matrix, row * width, (row + 1) * width);
  }

  private void read() throws IOException {
    Path file = folder.resolve("model.gguf");
    GgufFile.write(file, CONFIG, WEIGHTS);
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[4];
    in.get(magic);
    assertThat(new String(magic, StandardCharsets.US_ASCII)).isEqualTo("GGUF");
    assertThat(in.getInt()).isEqualTo(3);
    long count = in.getLong();
    for (long left = in.getLong(); left > 0; left--) {
      settings.put(string(in), value(in, in.getInt()));
    }
    Map<String, int[]> places = new HashMap<>();
    for (; count > 0; count--) {
      String name = string(in);
      int size = 1;
      for (int dimensions = in.getInt(); dimensions > 0; dimensions--) {
        size *= Math.toIntExact(in.getLong());
      }
      assertThat(in.getInt()).as("type of %s", name).isZero();
      places.put(name, new int[] {Math.toIntExact(in.getLong()), size});
    }
    int start = Math.ceilDiv(in.position(), 32) * 32;
    places.forEach((name, place) -> {
      assertThat(place[0] % 32).isZero();
      float[] values = new float[place[1]];
      in.slice(start + place[0], Float.BYTES * place[1])
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values);
      tensors.put(name, values);
    });
  }

  private static Object value(ByteBuffer in, int type) {
    return switch (type) {
      case 4 -> in.getInt();
      case 6 -> in.getFloat();
      case 8 -> string(in);
      case 9 -> {
        int element = in.getInt();
        Object[] values = new Object[Math.toIntExact(in.getLong())];
        Arrays.setAll(values, i -> value(in, element));
        yield values;
      }
      default -> throw new AssertionError("type " + type);
    };
  }

  private static String string(ByteBuffer in) {
    byte[] bytes = new byte[Math.toIntExact(in.getLong())];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
