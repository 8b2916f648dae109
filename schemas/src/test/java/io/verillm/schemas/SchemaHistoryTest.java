package io.verillm.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaValidatorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** FULL_TRANSITIVE: any version of an event reads what any other version wrote. */
class SchemaHistoryTest {
  static Stream<Schema> events() {
    return EventSchemas.current().stream();
  }

  @ParameterizedTest
  @MethodSource("events")
  void shouldReadAndBeReadByEveryVersion(Schema current) throws Exception {
    List<Schema> versions = EventSchemas.history(current.getName());

    var validator = new SchemaValidatorBuilder().mutualReadStrategy().validateAll();

    assertThat(versions).as("schemas/history/%s", current.getName()).isNotEmpty();
    for (Schema version : versions) {
      validator.validate(version, versions);
      validator.validate(current, List.of(version));
    }
  }

  @ParameterizedTest
  @MethodSource("events")
  void shouldHaveItsCurrentSchemaAsTheLastVersion(Schema current) throws Exception {
    Path source = Path.of("src/main/avro", current.getName() + ".avsc");

    assertThat(EventSchemas.history(current.getName()))
        .as("a changed event needs a new file in schemas/history/%s", current.getName())
        .last()
        .isEqualTo(new Schema.Parser().parse(source.toFile()));
  }

  @Test
  void shouldListEverySchemaFile() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("src/main/avro"))) {
      List<String> names =
          files.map(f -> f.getFileName().toString().replace(".avsc", "")).sorted().toList();
      assertThat(events().map(Schema::getName)).containsExactlyElementsOf(names);
    }
  }

  @Test
  void shouldRefuseAChangeThatOldReadersCannotRead() {
    Schema before =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"E\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}");
    Schema after =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"E\",\"fields\":[{\"name\":\"b\",\"type\":\"int\"}]}");

    var validator = new SchemaValidatorBuilder().mutualReadStrategy().validateAll();

    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> validator.validate(after, List.of(before))))
        .isNotNull();
  }
}
