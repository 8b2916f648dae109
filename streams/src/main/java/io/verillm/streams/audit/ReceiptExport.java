package io.verillm.streams.audit;

import io.verillm.events.Accepted;
import io.verillm.events.MemberRole;
import io.verillm.events.PrivateResult;
import io.verillm.events.Receipt;
import io.verillm.events.Request;
import io.verillm.events.Result;
import io.verillm.events.ResultKind;
import io.verillm.events.Task;
import io.verillm.events.Verdict;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.privacy.PrivateResults;
import io.verillm.protocol.receipt.NoReceipt;
import io.verillm.protocol.receipt.PrivateRecords;
import io.verillm.protocol.receipt.ReceiptMaker;
import io.verillm.protocol.receipt.ReceiptTopics;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.streams.coordinator.CoordinatorApp;
import io.verillm.topics.Catalogue;
import io.verillm.topics.EventReader;
import io.verillm.topics.Reading;
import io.verillm.topics.SignerKeys;
import io.verillm.topics.Topic;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** Finds everything that a request's receipt is made of, on a cluster or in an archive. */
public final class ReceiptExport {
  private final Catalogue catalogue;
  private final PublicRecords records;
  private final PrivateTopics privateTopics;
  private final String requestId;
  private final Optional<DecryptionKey> requester;
  private final int shard;
  private final Map<LogPartition, List<SignedRecord>> read = new HashMap<>();

  /** Reads topics that not everybody may read. */
  @FunctionalInterface
  public interface PrivateTopics {
    /** Every record of a partition; none where it cannot be read. */
    List<SignedRecord> records(Topic topic, int partition);
  }

  private ReceiptExport(
      RecordSource source,
      PrivateTopics privateTopics,
      String requestId,
      Optional<DecryptionKey> requester) {
    this.requester = requester;
    this.catalogue = Catalogue.of(source.shards());
    this.records = new PublicRecords(source);
    this.privateTopics = privateTopics;
    this.requestId = requestId;
    this.shard = catalogue.shardOf(requestId);
  }

  /** Names of the topics of a receipt. */
  public static ReceiptTopics topics(Catalogue catalogue) {
    return new ReceiptTopics(
        CoordinatorApp.shardTopics(catalogue),
        catalogue.requests().name(),
        catalogue.results().name(),
        catalogue.challenges().name(),
        catalogue.verdicts().name(),
        catalogue.ledgerCommands().name(),
        catalogue.transfers().name());
  }

  /**
   * The receipt of a request.
   *
   * @throws NoReceipt where there is none, or not yet
   */
  public static Receipt of(RecordSource source, PrivateTopics privateTopics, String requestId)
      throws NoReceipt {
    return of(source, privateTopics, requestId, Optional.empty());
  }

  /**
   * As the other, of a private request.
   *
   * @param requester the requester's key
   */
  public static Receipt of(
      RecordSource source,
      PrivateTopics privateTopics,
      String requestId,
      Optional<DecryptionKey> requester)
      throws NoReceipt {
    try {
      UUID.fromString(requestId);
    } catch (IllegalArgumentException e) {
      throw new NoReceipt("'%s' is no request's id".formatted(requestId));
    }
    return new ReceiptExport(source, privateTopics, requestId, requester).make();
  }

  private Receipt make() throws NoReceipt {
    return ReceiptMaker.make(topics(catalogue), this::records, parts());
  }

  private List<SignedRecord> records(String topic, int partition) {
    return read.computeIfAbsent(
        new LogPartition(topic, partition),
        p -> records.of(catalogue.byName(topic).orElseThrow(), partition));
  }

  private PrivateRecords parts() throws NoReceipt {
    RegistrySnapshot registry = RegistrySnapshot.empty();
    for (SignedRecord record : records(catalogue.registry().name(), 0)) {
      registry = registry.apply(record).snapshot();
    }
    Optional<Accepted> accepted =
        events(catalogue.accepted(), Accepted.class)
            .filter(a -> a.getRequestId().equals(requestId))
            .findFirst();
    SignedRecord request = accepted.isPresent() ? request(accepted.get()) : waited(registry);
    return new PrivateRecords(
        requestId, shard, request, result(registry), tasks(registry), requester);
  }

  private <T extends SpecificRecord> Stream<T> events(Topic topic, Class<T> type) {
    return records(topic.name(), shard).stream()
        .flatMap(record -> PublicRecords.event(record).stream())
        .filter(type::isInstance)
        .map(type::cast);
  }

  private SignedRecord request(Accepted accepted) throws NoReceipt {
    return privateTopics.records(catalogue.requests(), shard).stream()
        .filter(r ->
            accepted
                .getRequestDigest()
                .equals(Wire.buffer(Hashing.hash("request", r.key(), r.value(), r.signature()))))
        .findFirst()
        .orElseThrow(() -> gone(catalogue.requests()));
  }

  /** The first request of this id, where it ended before anybody accepted it. */
  private SignedRecord waited(RegistrySnapshot registry) throws NoReceipt {
    events(catalogue.verdicts(), Verdict.class)
        .filter(v -> v.getRequestId().equals(requestId))
        .findFirst()
        .orElseThrow(() -> new NoReceipt("no request %s was accepted".formatted(requestId)));
    return valid(catalogue.requests(), shard, registry)
        .filter(r -> r.event() instanceof Request q && q.getRequestId().equals(requestId))
        .map(Reading.Valid::record)
        .findFirst()
        .orElseThrow(() -> gone(catalogue.requests()));
  }

  private SignedRecord result(RegistrySnapshot registry) throws NoReceipt {
    return valid(catalogue.results(), shard, registry)
        .filter(r -> isLast(r.event()))
        .map(Reading.Valid::record)
        .max(Comparator.comparingLong(SignedRecord::offset))
        .orElseThrow(() -> gone(catalogue.results()));
  }

  private boolean isLast(SpecificRecord event) {
    Optional<Result> result =
        switch (event) {
          case Result open -> Optional.of(open);
          case PrivateResult sealed -> requester.flatMap(key -> PrivateResults.open(sealed, key));
          default -> Optional.empty();
        };
    return result
        .filter(r -> r.getRequestId().equals(requestId) && r.getKind() == ResultKind.FINAL)
        .isPresent();
  }

  private NoReceipt gone(Topic topic) {
    return new NoReceipt(
        "%s is not on %s: not there yet, kept no longer, or not for this reader"
            .formatted(requestId, topic.name()));
  }

  private List<SignedRecord> tasks(RegistrySnapshot registry) {
    Map<ByteBuffer, String> authors = new HashMap<>();
    events(catalogue.verdicts(), Verdict.class)
        .filter(v -> v.getRequestId().equals(requestId))
        .flatMap(v -> v.getMembers().stream())
        .filter(m -> m.getRole() == MemberRole.AUTHOR)
        .filter(m -> registry.workers().containsKey(m.getWorker()))
        .forEach(m -> authors.put(m.getTaskId(), m.getWorker()));
    List<SignedRecord> tasks = new ArrayList<>();
    authors.forEach((taskId, worker) -> {
      Optional<SignedRecord> found =
          valid(catalogue.tasks(worker), 0, registry)
              .filter(r -> r.event() instanceof Task task && task.getTaskId().equals(taskId))
              .map(Reading.Valid::record)
              .findFirst();
      found.ifPresent(tasks::add);
    });
    return tasks;
  }

  private Stream<Reading.Valid> valid(Topic topic, int partition, RegistrySnapshot registry) {
    return privateTopics.records(topic, partition).stream()
        .map(record -> EventReader.read(topic, record, SignerKeys.of(registry)))
        .filter(Reading.Valid.class::isInstance)
        .map(Reading.Valid.class::cast);
  }
}
