package io.verillm.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigTest {

  private static final String VALID =
      """
      {"architectures": ["LlamaForCausalLM"], "vocab_size": 32, "hidden_size": 16,
       "intermediate_size": 24, "num_hidden_layers": 12, "num_attention_heads": 4,
       "num_key_value_heads": 2, "max_position_embeddings": 64, "rope_theta": 5000.0,
       "rms_norm_eps": 1e-5, "tie_word_embeddings": true, "bos_token_id": 0, "eos_token_id": 1}
      """;

  @Test
  void shouldReadSizesAndDeriveTheHeadSize() {
    ModelConfig config = ModelConfig.parse(VALID.getBytes(StandardCharsets.UTF_8));
    assertThat(config)
        .isEqualTo(
            new ModelConfig(
                32,
                16,
                24,
                12,
                4,
                2,
                4,
                64,
                Rope.plain(5000),
                1e-5,
                Attention.PLAIN,
                true,
                List.of(1)));
  }

  @Test
  void shouldReadWhatTheOtherArchitecturesAdd() {
    assertThat(read("Qwen2ForCausalLM", "\"sliding_window\": 8, \"use_sliding_window\": false"))
        .returns(new Attention(true, false, false), ModelConfig::attention)
        .returns(64, ModelConfig::positions);
    assertThat(read("Qwen3ForCausalLM", "\"attention_bias\": false"))
        .returns(new Attention(false, false, true), ModelConfig::attention);
    assertThat(read("MistralForCausalLM", "\"sliding_window\": 8"))
        .returns(Attention.PLAIN, ModelConfig::attention)
        .returns(8, ModelConfig::positions);
    assertThat(read("LlamaForCausalLM", "\"attn_logit_softcapping\": null").positions())
        .as("what is null is not set")
        .isEqualTo(64);
    assertThat(read("MistralForCausalLM", "\"sliding_window\": null"))
        .returns(64, ModelConfig::positions);
    String old =
        VALID
            .replace("LlamaForCausalLM", "MistralForCausalLM")
            .replace("\"max_position_embeddings\": 64", "\"max_position_embeddings\": 32768");
    ModelConfig unsaid = ModelConfig.parse(old.getBytes(StandardCharsets.UTF_8));
    assertThat(unsaid.positions()).as("what transformers takes").isEqualTo(4096);
    String llama3 =
        "\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 32.0, \"low_freq_factor\": 1.0,"
            + " \"high_freq_factor\": 4.0, \"original_max_position_embeddings\": 8192}";
    assertThat(read("LlamaForCausalLM", llama3).rope())
        .isEqualTo(new Rope(5000, new Rope.Llama3(32, 1, 4, 8192)));
    assertThat(read("LlamaForCausalLM", "\"rope_parameters\": {\"rope_theta\": 77}").rope())
        .isEqualTo(Rope.plain(77));
  }

  /**
   * The settings that files of these published models hold, with sizes of a small one: Llama 2 and
   * 3.2, Mistral 0.1 and 0.3, Qwen2.5 (base, instruct and what was distilled into it), Qwen3,
   * SmolLM2.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"_name_or_path": "x/y", "architectures": ["LlamaForCausalLM"], "hidden_act": "silu",
         "initializer_range": 0.02, "max_length": 64, "model_type": "llama", "pad_token_id": 0,
         "pretraining_tp": 1, "rope_scaling": null, "tie_word_embeddings": false,
         "torch_dtype": "float16", "transformers_version": "4.31.0", "use_cache": true,
        """,
        """
        {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
         "head_dim": 4, "hidden_act": "silu", "initializer_range": 0.02, "mlp_bias": false,
         "model_type": "llama", "pretraining_tp": 1, "rope_scaling": {"factor": 32.0,
         "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 16,
         "rope_type": "llama3"}, "rope_theta": 500000.0, "tie_word_embeddings": true,
         "torch_dtype": "bfloat16", "transformers_version": "4.45.0", "use_cache": true,
        """,
        """
        {"architectures": ["MistralForCausalLM"], "hidden_act": "silu", "initializer_range": 0.02,
         "model_type": "mistral", "rope_theta": 10000.0, "sliding_window": 64,
         "tie_word_embeddings": false, "torch_dtype": "bfloat16",
         "transformers_version": "4.34.0", "use_cache": true,
        """,
        """
        {"architectures": ["MistralForCausalLM"], "attention_dropout": 0.0, "hidden_act": "silu",
         "initializer_range": 0.02, "model_type": "mistral", "rope_theta": 1000000.0,
         "sliding_window": null, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
         "transformers_version": "4.42.0", "use_cache": true,
        """,
        """
        {"architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "hidden_act": "silu",
         "initializer_range": 0.02, "max_window_layers": 12, "model_type": "qwen2",
         "rope_theta": 1000000.0, "sliding_window": 32, "tie_word_embeddings": true,
         "torch_dtype": "bfloat16", "transformers_version": "4.40.1", "use_cache": true,
         "use_mrope": false, "use_sliding_window": false,
        """,
        """
        {"architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "hidden_act": "silu",
         "initializer_range": 0.02, "max_window_layers": 21, "model_type": "qwen2",
         "rope_scaling": null, "rope_theta": 10000, "sliding_window": null,
         "tie_word_embeddings": false, "torch_dtype": "bfloat16",
         "transformers_version": "4.48.3", "use_cache": true, "use_mrope": false,
         "use_sliding_window": false, "_attn_implementation_autoset": true,
        """,
        """
        {"architectures": ["Qwen3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
         "head_dim": 4, "hidden_act": "silu", "initializer_range": 0.02, "max_window_layers": 12,
         "model_type": "qwen3", "rope_scaling": null, "rope_theta": 1000000,
         "sliding_window": null, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
         "transformers_version": "4.51.0", "use_cache": true, "use_sliding_window": false,
        """,
        """
        {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
         "head_dim": 4, "hidden_act": "silu", "initializer_range": 0.04, "is_llama_config": true,
         "mlp_bias": false, "model_type": "llama", "pad_token_id": 2, "pretraining_tp": 1,
         "rope_interleaved": false, "rope_scaling": null, "rope_theta": 100000,
         "tie_word_embeddings": true, "torch_dtype": "bfloat16",
         "transformers.js_config": {"kv_cache_dtype": {"q4f16": "float16"}},
         "transformers_version": "4.42.3", "use_cache": true,
        """
      })
  void shouldReadWhatPublishedModelsSay(String settings) {
    String sizes =
        """
         "bos_token_id": 0, "eos_token_id": 1, "hidden_size": 16, "intermediate_size": 24,
         "max_position_embeddings": 64, "num_attention_heads": 4, "num_hidden_layers": 12,
         "num_key_value_heads": 2, "rms_norm_eps": 1e-06, "vocab_size": 32}
        """;
    assertThat(ModelConfig.parse((settings + sizes).getBytes(StandardCharsets.UTF_8)))
        .returns(64, ModelConfig::positions)
        .returns(4, ModelConfig::headSize);
  }

  private static ModelConfig read(String architecture, String setting) {
    String json =
        VALID.replace("LlamaForCausalLM", architecture).replace("\"bos_token_id\": 0", setting);
    return ModelConfig.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"LlamaForCausalLM\"|\"GPT2LMHeadModel\"|architectures",
        "\"vocab_size\": 32,||vocab_size",
        "\"vocab_size\": 32|\"vocab_size\": 3.5|vocab_size",
        "\"vocab_size\": 32|\"vocab_size\": 99999999|99999999",
        "\"vocab_size\": 32|\"vocab_size\": 32, \"vocab_size\": 33|vocab_size",
        "\"hidden_size\": 16|\"hidden_size\": -16|-16",
        "\"num_key_value_heads\": 2|\"num_key_value_heads\": 3|num_key_value_heads",
        "\"rope_theta\": 5000.0|\"rope_theta\": \"x\"|rope_theta",
        "\"rope_theta\": 5000.0|\"rope_theta\": 0|rope_theta",
        "\"eos_token_id\": 1|\"eos_token_id\": 32|eos_token_id",
        "\"bos_token_id\": 0|\"rope_scaling\": {\"type\": \"yarn\"}|yarn",
        "\"bos_token_id\": 0|\"rope_scaling\": {\"type\": \"linear\", \"factor\": 0.5}|0.5",
        "\"bos_token_id\": 0|\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8}|original",
        "\"bos_token_id\": 0|\"rope_scaling\": 3|rope_scaling",
        "\"bos_token_id\": 0|\"mlp_bias\": true|mlp_bias",
        "\"bos_token_id\": 0|\"quantization_config\": {\"bits\": 4}|quantization_config",
        "\"bos_token_id\": 0|\"layer_types\": [\"sliding_attention\"]|sliding_attention",
        "\"eos_token_id\": 1|\"eos_token_id\": []|eos_token_id",
        "\"bos_token_id\": 0|\"head_dim\": 5, \"bos_token_id\": 0|head_dim",
        "\"bos_token_id\": 0|\"final_logit_softcapping\": 30.0|final_logit_softcapping",
        "\"bos_token_id\": 0|\"partial_rotary_factor\": 0.5|partial_rotary_factor",
        "\"bos_token_id\": 0|\"rope_interleaved\": true|rope_interleaved",
        "\"bos_token_id\": 0|\"use_mrope\": true|use_mrope",
        "\"architectures\": [\"LlamaForCausalLM\"],||architectures is not one name: missing",
        "\"bos_token_id\": 0|\"rope_parameters\": {\"mrope_section\": [1]}|mrope_section",
        "\"num_hidden_layers\": 12|\"num_hidden_layers\": 1048576|1048576",
        "\"num_attention_heads\": 4|\"num_attention_heads\": 65536, \"head_dim\": 65536|65536",
        "\"max_position_embeddings\": 64|\"max_position_embeddings\": 1048576, \"head_dim\": 1024|head_dim",
        "{|[{|JSON",
      })
  void shouldNameTheSettingThatIsWrong(String from, String to, String named) {
    String json = VALID.replace(from, to == null ? "" : to);
    assertThatThrownBy(() -> ModelConfig.parse(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(named);
  }
}
