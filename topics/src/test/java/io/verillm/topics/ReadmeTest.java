package io.verillm.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  @Test
  void shouldStateTheBytesNamesAndLimitsThatHold() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String firstBytes =
        "C3 01 "
            + HexFormat.ofDelimiter(" ")
                .withUpperCase()
                .formatHex(SchemaPublisher.key(Request.getClassSchema()));

    assertThat(readme).contains(firstBytes);
    assertThat(firstBytes.replace(" ", "")).isEqualTo(HandMadeRequest.FIRST_BYTES);
    assertThat(readme)
        .contains("at most %,d bytes".formatted(Cluster.CATALOGUE.requests().recordBytesMax()))
        .contains("`" + Cluster.CATALOGUE.requests() + "`")
        .contains("`" + Cluster.CATALOGUE.schemas() + "`")
        .contains("`" + Cluster.CATALOGUE.results() + "`")
        .contains("`" + Cluster.CATALOGUE.registry() + "`")
        .contains("`" + Cluster.CATALOGUE.deadLetters() + "`");
    for (Schema.Field field : Request.getClassSchema().getFields()) {
      assertThat(readme)
          .contains("| %s | %s |".formatted(field.name(), field.schema().getType().getName()));
    }
  }
}
