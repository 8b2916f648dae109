package io.verillm.deploy;

import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.streams.RunningApp;
import io.verillm.streams.UnsafeCluster;
import io.verillm.streams.coordinator.Backlog;
import io.verillm.streams.coordinator.CoordinatorApp;
import io.verillm.streams.coordinator.CoordinatorKeys;
import io.verillm.streams.coordinator.ModelTexts;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Counters;
import io.verillm.topics.KafkaAccess;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One process of the coordinator: the Streams app, the look whether workers have their topics, and
 * the closing of scoring epochs. Several processes share the shards.
 */
public final class CoordinatorProgram implements AutoCloseable {
  private final ClosingOrder parts;
  private final RunningApp app;
  private final ScoringEpochs epochs;
  private final Backlog backlog;

  private CoordinatorProgram(
      ClosingOrder parts, RunningApp app, ScoringEpochs epochs, Backlog backlog) {
    this.parts = parts;
    this.app = app;
    this.epochs = epochs;
    this.backlog = backlog;
  }

  /**
   * Starts it; returns at once, see {@link RunningApp#awaitRunning}.
   *
   * @param models what requests may ask for; closed by the caller, after this
   * @param state folder of the Streams state
   * @param refused counts refused records by reason
   * @throws UnsafeCluster if the cluster's transactions may be torn
   */
  public static CoordinatorProgram start(
      KafkaAccess access,
      Catalogue catalogue,
      CoordinatorKeys keys,
      List<ServedModel> models,
      Path state,
      Counters refused)
      throws UnsafeCluster {
    ClosingOrder parts = new ClosingOrder();
    try {
      WorkerTopics topics = parts.add("topics", new WorkerTopics(access, catalogue));
      Backlog backlog = new Backlog();
      ModelTexts texts =
          new ModelTexts(
              models.stream().collect(Collectors.toMap(ServedModel::id, ServedModel::tokenizer)));
      RunningApp app =
          parts.add(
              "app",
              new CoordinatorApp(catalogue, keys, texts, topics, refused, backlog)
                  .app()
                  .configured(access, state)
                  .start());
      EventSigner signer = new EventSigner(Signers.COORDINATOR, keys.signer());
      ScoringEpochs epochs =
          parts.add("scoring epochs", new ScoringEpochs(access, catalogue, signer));
      epochs.startClock(ScoringEpochs.LENGTH);
      return new CoordinatorProgram(parts, app, epochs, backlog);
    } catch (UnsafeCluster | RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  /** The Streams app, by which this program stands and falls. */
  public RunningApp app() {
    return app;
  }

  /** What waits for workers in the shards of this process. */
  public Backlog backlog() {
    return backlog;
  }

  /**
   * Closes the running scoring epoch, and settles workers with few cases too.
   *
   * @return its number
   */
  public long closeScoringEpoch() {
    return epochs.closeEpoch(true);
  }

  @Override
  public void close() {
    parts.close();
  }
}
