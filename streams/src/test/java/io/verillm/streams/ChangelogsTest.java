package io.verillm.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.streams.coordinator.CoordinatorApp;
import io.verillm.streams.ledger.LedgerApp;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Topic;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChangelogsTest {
  /** An app has no right to create a topic, so one that is not in the catalogue stops it. */
  @Test
  void shouldAllBeInTheCatalogueUnderTheNamesThatStreamsGives() {
    assertThat(Catalogue.local().changelogs())
        .extracting(Topic::name)
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    CoordinatorApp.internalTopics().stream(), LedgerApp.internalTopics().stream())
                .toList());
  }
}
