package io.verillm.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.aws.FakeAws.Answer;
import io.verillm.events.Request;
import io.verillm.events.Vote;
import io.verillm.schemas.EventSchemas;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.glue.GlueClient;

class GlueSchemasTest {
  private final Map<String, String> kept = new TreeMap<>();
  private FakeAws aws;
  private GlueClient client;

  @BeforeEach
  void start() throws Exception {
    aws =
        new FakeAws()
            .on(
                "CreateSchema",
                request -> {
                  String name = request.path("SchemaName").asText();
                  if (!request.path("RegistryId").path("RegistryName").asText().equals("verillm")) {
                    return Answer.error("EntityNotFoundException");
                  }
                  if (kept.containsKey(name)) {
                    return Answer.error("AlreadyExistsException");
                  }
                  kept.put(name, request.path("SchemaDefinition").asText());
                  return Answer.ok(Map.of("SchemaName", name, "Compatibility", "FULL_ALL"));
                })
            .on(
                "RegisterSchemaVersion",
                request -> {
                  String name = request.path("SchemaId").path("SchemaName").asText();
                  boolean fits = kept.get(name).equals(request.path("SchemaDefinition").asText());
                  return Answer.ok(Map.of("Status", fits ? "AVAILABLE" : "FAILURE"));
                });
    client = aws.clients().glue();
  }

  @AfterEach
  void stop() {
    client.close();
    aws.close();
  }

  @Test
  void shouldCopyEverySchemaOnceHoweverOften() {
    GlueSchemas schemas = new GlueSchemas(client, "verillm");
    List<Schema> all = EventSchemas.current();

    List<String> copied = schemas.copy(all);

    assertThat(copied).hasSameSizeAs(all).isSorted().contains("Request", "Verdict");
    assertThat(schemas.copy(all)).isEqualTo(copied);
    assertThat(new Schema.Parser().parse(kept.get("Request"))).isEqualTo(Request.getClassSchema());
  }

  @Test
  void shouldNameWhatGlueFindsIncompatible() {
    kept.put("Vote", "{}");
    assertThatThrownBy(() ->
            new GlueSchemas(client, "verillm")
                .copy(List.of(Vote.getClassSchema(), Request.getClassSchema())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Glue registry verillm refuses as incompatible: [Vote]");
    assertThat(kept).containsKey("Request");
  }
}
