package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.cli.CatalogueManifest.TopicEntry;
import io.verillm.topics.Catalogue;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogueManifestTest {
  /** The manifest that Terraform's examples and tests read. */
  private static final Path COMMITTED = Path.of("..", "terraform", "manifest", "catalogue.json");

  private static final int COMMITTED_SHARDS = 12;

  @Test
  void shouldBeTheOneThatTerraformReads() throws IOException {
    String manifest = CatalogueManifest.of(Catalogue.of(COMMITTED_SHARDS)).json();

    assertThat(Files.readString(COMMITTED))
        .as("./verillm topics manifest --shards %s > %s", COMMITTED_SHARDS, COMMITTED)
        .isEqualToNormalizingNewlines(manifest);
  }

  /** The rules that Terraform's tests hold its IAM policies against. */
  @Test
  void shouldGiveTheRulesThatTerraformComparesWith() throws IOException {
    Path committed = Path.of("..", "terraform", "manifest", "acls.json");
    String[] command =
        "topics acls --shards 12 --workers w-01,w-02,any --witnesses witness --requesters gateway --posters w-11 --analysts analyst"
            .split(" ");
    StringWriter rules = new StringWriter();

    int status = Verillm.commandLine(Map.of()).setOut(new PrintWriter(rules)).execute(command);

    assertThat(status).isZero();
    assertThat(Files.readString(committed))
        .as("./verillm %s > %s", String.join(" ", command), committed)
        .isEqualToNormalizingNewlines(rules.toString());
  }

  @Test
  void shouldNameWorkerTopicsByTheMark() {
    CatalogueManifest manifest = CatalogueManifest.of(Catalogue.of(1));

    assertThat(manifest.topics().stream().filter(TopicEntry::perWorker).map(TopicEntry::name))
        .containsExactly("verillm.controls.<worker>.v1", "verillm.tasks.<worker>.v1");
  }

  @Test
  void shouldTellShardedTopicsEvenWithOneShard() {
    CatalogueManifest one = CatalogueManifest.of(Catalogue.of(1));
    CatalogueManifest many = CatalogueManifest.of(Catalogue.of(7));

    assertThat(sharded(one)).isEqualTo(sharded(many)).contains("verillm.requests.v1");
    assertThat(many.topics())
        .allSatisfy(topic -> assertThat(topic.partitions()).isEqualTo(topic.sharded() ? 7 : 1));
  }

  private static List<String> sharded(CatalogueManifest manifest) {
    return manifest.topics().stream().filter(TopicEntry::sharded).map(TopicEntry::name).toList();
  }
}
