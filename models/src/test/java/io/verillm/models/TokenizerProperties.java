package io.verillm.models;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class TokenizerProperties {

  private static BuiltInModel model;

  @BeforeContainer
  static void load() {
    model = BuiltInModel.load();
  }

  @AfterContainer
  static void close() {
    model.close();
  }

  @Property(tries = 300)
  void shouldReturnAnyUnicodeTextWholeAndAsAStream(@ForAll("texts") String text) {
    int[] ids = model.tokenizer().encode(text);
    TokenStream stream = model.tokenizer().stream();
    StringBuilder parts = new StringBuilder();
    for (int id : ids) {
      parts.append(stream.next(id));
    }
    assertThat(model.tokenizer().decode(ids)).isEqualTo(text);
    assertThat(parts + stream.end()).isEqualTo(text);
  }

  @Provide
  Arbitrary<String> texts() {
    // Surrogates alone are no text: they cannot be written as UTF-8.
    return Arbitraries.integers()
        .between(0, Character.MAX_CODE_POINT)
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .list()
        .ofMaxSize(40)
        .map(points ->
            points.stream()
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString());
  }
}
