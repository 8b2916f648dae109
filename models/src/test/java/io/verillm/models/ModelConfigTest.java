package io.verillm.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        .isEqualTo(new ModelConfig(32, 16, 24, 12, 4, 2, 4, 64, 5000, 1e-5, true, 0, 1));
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
        "\"bos_token_id\": 0|\"rope_scaling\": {\"factor\": 2}, \"bos_token_id\": 0|rope_scaling",
        "\"bos_token_id\": 0|\"attention_bias\": true, \"bos_token_id\": 0|attention_bias",
        "\"bos_token_id\": 0|\"head_dim\": 5, \"bos_token_id\": 0|head_dim",
        "{|[{|JSON",
      })
  void shouldNameTheSettingThatIsWrong(String from, String to, String named) {
    String json = VALID.replace(from, to == null ? "" : to);
    assertThatThrownBy(() -> ModelConfig.parse(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(named);
  }
}
