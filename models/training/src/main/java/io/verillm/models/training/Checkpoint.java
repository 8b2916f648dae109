package io.verillm.models.training;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/** Writes a model in Hugging Face layout, weights as fp16 safetensors. */
final class Checkpoint {

  private final ObjectMapper json = new ObjectMapper();
  private final Path directory;

  Checkpoint(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
  }

  void write(DecoderShape shape, BytePairs pairs, Map<String, NDArray> weights) throws IOException {
    weights(weights);
    text("config.json", config(shape));
    text("generation_config.json", generation());
    text("tokenizer_config.json", tokenizerConfig(shape));
    Path temporary = directory.resolve("tokenizer.json.part");
    json.writeValue(temporary.toFile(), tokenizer(pairs));
    Files.move(temporary, directory.resolve("tokenizer.json"), StandardCopyOption.REPLACE_EXISTING);
  }

  private void text(String name, ObjectNode node) throws IOException {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    Files.writeString(
        directory.resolve(name), json.writer(printer).writeValueAsString(node) + "\n");
  }

  private void weights(Map<String, NDArray> weights) throws IOException {
    Map<String, NDArray> sorted = new TreeMap<>(weights);
    ObjectNode header = json.createObjectNode();
    long offset = 0;
    for (Map.Entry<String, NDArray> entry : sorted.entrySet()) {
      ObjectNode tensor = header.putObject(entry.getKey()).put("dtype", "F16");
      ArrayNode dimensions = tensor.putArray("shape");
      for (long dimension : entry.getValue().getShape().getShape()) {
        dimensions.add(dimension);
      }
      long end = offset + 2 * entry.getValue().size();
      tensor.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    String text = json.writeValueAsString(header);
    // Readers map the file, so the tensors start at a multiple of eight.
    byte[] head = (text + " ".repeat((8 - text.length() % 8) % 8)).getBytes(StandardCharsets.UTF_8);
    Path temporary = directory.resolve("model.safetensors.part");
    try (OutputStream out = Files.newOutputStream(temporary)) {
      out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(head.length).array());
      out.write(head);
      for (NDArray array : sorted.values()) {
        float[] values = array.toFloatArray();
        ByteBuffer half = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
          half.putShort(Float.floatToFloat16(value));
        }
        out.write(half.array());
      }
    }
    Files.move(
        temporary, directory.resolve("model.safetensors"), StandardCopyOption.REPLACE_EXISTING);
  }

  private ObjectNode config(DecoderShape shape) {
    ObjectNode config = json.createObjectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    return config
        .put("attention_bias", false)
        .put("bos_token_id", BytePairs.BOS)
        .put("eos_token_id", BytePairs.EOS)
        .put("head_dim", shape.headSize())
        .put("hidden_act", "silu")
        .put("hidden_size", shape.width())
        .put("intermediate_size", shape.inner())
        .put("max_position_embeddings", shape.positions())
        .put("mlp_bias", false)
        .put("model_type", "llama")
        .put("num_attention_heads", shape.heads())
        .put("num_hidden_layers", shape.layers())
        .put("num_key_value_heads", shape.kvHeads())
        .put("rms_norm_eps", 1e-5)
        .put("rope_theta", 10000.0)
        .put("tie_word_embeddings", true)
        .put("torch_dtype", "float16")
        .put("vocab_size", shape.vocabulary());
  }

  private ObjectNode generation() {
    return json.createObjectNode()
        .put("bos_token_id", BytePairs.BOS)
        .put("eos_token_id", BytePairs.EOS)
        .put("do_sample", true)
        .put("temperature", 0.7)
        .put("top_k", 40)
        .put("top_p", 0.95);
  }

  private ObjectNode tokenizerConfig(DecoderShape shape) {
    return json.createObjectNode()
        .put("add_bos_token", true)
        .put("add_eos_token", false)
        .put("bos_token", "<|bos|>")
        .put("eos_token", "<|eos|>")
        .put("clean_up_tokenization_spaces", false)
        .put("model_max_length", shape.positions())
        .put("tokenizer_class", "PreTrainedTokenizerFast");
  }

  private ObjectNode tokenizer(BytePairs pairs) {
    ObjectNode root = json.createObjectNode().put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (int id : new int[] {BytePairs.BOS, BytePairs.EOS}) {
      added
          .addObject()
          .put("id", id)
          .put("content", pairs.spelling(id))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    root.putNull("normalizer");
    root.putObject("pre_tokenizer")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
    root.set("post_processor", beginning(pairs));
    root.putObject("decoder")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model
        .putNull("dropout")
        .putNull("unk_token")
        .putNull("continuing_subword_prefix")
        .putNull("end_of_word_suffix")
        .put("fuse_unk", false)
        .put("byte_fallback", false)
        .put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < pairs.size(); id++) {
      vocabulary.put(pairs.spelling(id), id);
    }
    ArrayNode merges = model.putArray("merges");
    pairs.merges().forEach(m -> merges.add(pairs.spelling(m[0]) + " " + pairs.spelling(m[1])));
    return root;
  }

  private ObjectNode beginning(BytePairs pairs) {
    String bos = pairs.spelling(BytePairs.BOS);
    ObjectNode template = json.createObjectNode().put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    single.addObject().putObject("SpecialToken").put("id", bos).put("type_id", 0);
    single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    ArrayNode pair = template.putArray("pair");
    pair.addObject().putObject("SpecialToken").put("id", bos).put("type_id", 0);
    pair.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
    ObjectNode special = template.putObject("special_tokens").putObject(bos).put("id", bos);
    special.putArray("ids").add(BytePairs.BOS);
    special.putArray("tokens").add(bos);
    return template;
  }
}
