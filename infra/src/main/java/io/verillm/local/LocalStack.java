package io.verillm.local;

import io.verillm.broker.LocalBroker;
import io.verillm.deploy.ClosingOrder;
import io.verillm.deploy.CoordinatorProgram;
import io.verillm.deploy.Founding;
import io.verillm.deploy.ServedModel;
import io.verillm.events.FundAccount;
import io.verillm.gpu.task.ModelTime;
import io.verillm.models.BuiltInModel;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.streams.RunningApp;
import io.verillm.streams.UnsafeCluster;
import io.verillm.streams.audit.Audit;
import io.verillm.streams.audit.AuditReport;
import io.verillm.streams.ledger.LedgerApp;
import io.verillm.streams.log.LastCosigned;
import io.verillm.streams.log.Sealer;
import io.verillm.streams.log.SealerSettings;
import io.verillm.streams.log.Witness;
import io.verillm.streams.tables.Tables;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ClusterTopics;
import io.verillm.topics.Counters;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.TopicsDisagree;
import io.verillm.topics.access.ClusterAccess;
import io.verillm.topics.access.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * The whole system in this process: broker, coordinator, ledger, sealer, witnesses, tables and
 * workers. Everything that lasts lies in its folder; started there again, it goes on.
 */
public final class LocalStack implements AutoCloseable {
  /** A free port is taken. */
  public static final int ANY_PORT = 0;

  private static final Duration APP_PATIENCE = Duration.ofSeconds(60);
  private static final Duration TABLES_PATIENCE = Duration.ofSeconds(30);

  private final StackFolder folder;
  private final StackPlan plan;
  private final Catalogue catalogue = Catalogue.local();
  private final ClosingOrder parts = new ClosingOrder();
  private final List<CompletableFuture<Void>> endings = new ArrayList<>();
  private final Counters refused = new Counters();
  private final String bootstrap;
  private final StackKeys keys;
  private final StackAccess access;
  private final CoordinatorProgram coordinator;
  private final Tables tables;
  private final LocalWorkers workers;

  private LocalStack(StackFolder folder, StackPlan plan, RandomGenerator random, int port)
      throws StackFailed {
    this.folder = folder;
    this.plan = plan.keptIn(folder);
    try {
      access =
          new StackAccess(folder, this.plan.witnesses().allIds(), this.plan.behaviours().keySet());
      LocalBroker broker =
          parts.add("broker", LocalBroker.start(folder.broker(), port, access.guard()));
      bootstrap = broker.bootstrapServers();
      keys = new StackKeys(folder, random, this.plan.witnesses(), this.plan.behaviours().keySet());
      BuiltInModel model = parts.add("model", BuiltInModel.load());
      ServedModel served = ServedModel.of(model);
      setUp();
      found(served);
      startWitnesses();
      coordinator = startApps(served);
      tables =
          parts.add("tables", Tables.start(as(StackAccess.TABLES), folder.tables(), catalogue));
      workers = startWorkers(model);
      // Last, because it closes epochs only when every shard knows the witnesses.
      startSealer();
      folder.markRunning(bootstrap);
    } catch (TopicsDisagree | UnsafeCluster | IOException | SQLException e) {
      parts.close();
      throw StackFailed.of(folder.path(), e);
    } catch (RuntimeException | Error e) {
      parts.close();
      throw e;
    }
  }

  /**
   * Starts a stack and returns when it takes requests.
   *
   * @param folder where its state lies; made if it is not there
   * @param plan how to set it up; a folder that has a plan keeps its own
   * @param random makes keys that do not exist yet
   * @param port the broker's port, 0 for a free one
   * @throws StackFailed if the folder cannot be used, another stack runs in it, the port is taken,
   *     or the topics there are not ours
   */
  public static LocalStack start(
      StackFolder folder, StackPlan plan, RandomGenerator random, int port) throws StackFailed {
    Room.check(folder, LocalBroker.runsOn(folder.broker()));
    try {
      return new LocalStack(folder, plan, random, port);
    } catch (UncheckedIOException e) {
      throw StackFailed.of(folder.path(), e);
    }
  }

  private void setUp() throws TopicsDisagree {
    try (Admin admin = as(Principal.OPERATOR).admin()) {
      access.setUsers(admin);
      new ClusterTopics(admin, catalogue).apply(catalogue.needed(plan.behaviours().keySet()));
      // Behind the users in the broker's log: who sees the rules sees the users too.
      new ClusterAccess(admin, catalogue).apply(access.principals(), false);
    }
  }

  private void found(ServedModel model) {
    new Founding(
            catalogue,
            keys.coordinator(),
            keys.witnesses(),
            List.of(model),
            funds(),
            plan.parameters())
        .complete(as(Principal.COORDINATOR));
  }

  private List<FundAccount> funds() {
    Set<String> ids = plan.behaviours().keySet();
    List<FundAccount> funds =
        new ArrayList<>(Endowment.commands(keys.requester().publicKey(), ids));
    if (plan.plantsFlags()) {
      ids.forEach(id -> funds.addAll(Endowment.flags(keys.salt(id))));
    }
    return funds;
  }

  private void startWitnesses() {
    VerifyKey sealerKey = keys.sealerSigner().key().publicKey();
    for (String id : plan.witnesses().ownIds()) {
      Witness witness =
          Witness.start(
              as(Principal.witness(id)),
              catalogue,
              keys.witness(id),
              sealerKey,
              Clock.systemUTC(),
              new LastCosigned(folder.witness(id)));
      endings.add(parts.add(id, witness).ended());
    }
  }

  private void startSealer() {
    Sealer sealer =
        Sealer.start(
            SealerSettings.of(as(Principal.SEALER)),
            catalogue,
            keys.sealerSigner(),
            Clock.systemUTC());
    endings.add(parts.add("sealer", sealer).ended());
  }

  private CoordinatorProgram startApps(ServedModel model) throws UnsafeCluster {
    RunningApp ledger =
        parts.add(
            "ledger",
            LedgerApp.of(catalogue, keys.coordinator().signer(), refused)
                .configured(as(Principal.LEDGER), folder.state())
                .start());
    CoordinatorProgram started =
        parts.add(
            "coordinator",
            CoordinatorProgram.start(
                as(Principal.COORDINATOR),
                catalogue,
                keys.coordinator(),
                List.of(model),
                folder.state(),
                refused));
    for (RunningApp app : List.of(ledger, started.app())) {
      app.awaitRunning(APP_PATIENCE);
      endings.add(app.ended());
    }
    return started;
  }

  private LocalWorkers startWorkers(BuiltInModel model) {
    LocalEngines engines =
        parts.add("engines", new LocalEngines(model, LocalWorkers.variants(plan)));
    LocalWorkers started =
        parts.add(
            "workers", new LocalWorkers(this::as, catalogue, folder, keys, plan, model, engines));
    started.start();
    endings.addAll(started.endings());
    return started;
  }

  /** {@code host:port} of the broker. */
  public String bootstrap() {
    return bootstrap;
  }

  /** Access to the broker as one of the parties of this stack. */
  public KafkaAccess as(Principal principal) {
    return access.as(principal, bootstrap).trusting(keys.coordinatorKey());
  }

  public Catalogue catalogue() {
    return catalogue;
  }

  public StackKeys keys() {
    return keys;
  }

  /** Records that the apps refused since the start, by reason. */
  SortedMap<String, Long> refused() {
    return refused.snapshot();
  }

  /** How this stack is set up. */
  public StackPlan plan() {
    return plan;
  }

  /**
   * Lets workers plant no more flags.
   *
   * @return ids of the requests that they have planted since the start
   */
  public Set<String> pauseFlags() {
    return workers.pauseFlags();
  }

  /** Model time of all workers since the start. */
  public ModelTime.Seconds modelTime() {
    return workers.modelTime();
  }

  /**
   * Closes the running scoring epoch, and settles workers with few cases too.
   *
   * @return its number
   */
  public long closeScoringEpoch() {
    return coordinator.closeScoringEpoch();
  }

  /** Recomputes everything that has happened here from the public topics. */
  public AuditReport audit() {
    try (RecordedLog recorded = RecordedLog.of(as(StackAccess.AUDITOR))) {
      return Audit.of(recorded.records());
    }
  }

  /**
   * Waits until the tables hold all that has happened.
   *
   * @throws StackFailed if they do not in time
   */
  public void awaitTables() throws StackFailed {
    try {
      tables.awaitCurrent(TABLES_PATIENCE);
    } catch (TimeoutException | KafkaException e) {
      throw new StackFailed("the tables are behind: " + e.getMessage(), e);
    }
  }

  /** Why a part has stopped by itself; empty while all is well. */
  public Optional<String> failure() {
    return endings.stream()
        .filter(CompletableFuture::isCompletedExceptionally)
        .map(ending -> ending.exceptionNow().toString())
        .findFirst();
  }

  /** Stops in order: who asks before who answers, the broker last. May be called twice. */
  @Override
  public synchronized void close() {
    parts.close();
    folder.markStopped();
  }
}
