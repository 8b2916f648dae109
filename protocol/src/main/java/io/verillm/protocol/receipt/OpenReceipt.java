package io.verillm.protocol.receipt;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.EpochClosed;
import io.verillm.events.Opening;
import io.verillm.events.PrivateOpening;
import io.verillm.events.PrivateResult;
import io.verillm.events.Receipt;
import io.verillm.events.ReceiptRecord;
import io.verillm.events.Request;
import io.verillm.events.RequestInput;
import io.verillm.events.Result;
import io.verillm.events.SealedReceiptRecord;
import io.verillm.events.Task;
import io.verillm.events.Verdict;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.privacy.PrivateOpenings;
import io.verillm.protocol.privacy.PrivateResults;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.vote.InputSeal;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * A receipt with its events decoded.
 *
 * @param requestId the request
 * @param shard the shard that decided
 * @param request the signed request
 * @param result the last result
 * @param tasks authors' tasks
 * @param excuses what closes the last epoch without a witness; its own tree cannot hold it
 * @param epochs closed epochs, ascending
 * @param log sealed records by leaf, ascending
 */
record OpenReceipt(
    String requestId,
    int shard,
    Entry request,
    Entry result,
    List<Entry> tasks,
    List<Entry> excuses,
    List<Entry> epochs,
    List<Entry> log) {
  /** How findings call the file as a whole. */
  static final String FILE = "the file";

  /** Decodes every record. */
  static OpenReceipt of(Receipt receipt) throws UnreadableReceipt {
    List<Entry> excuses = new ArrayList<>();
    List<Entry> epochs = new ArrayList<>();
    for (ReceiptRecord record : receipt.getEpochs()) {
      String place = "epochs " + (epochs.size() + excuses.size());
      Entry entry = entry(record, SpecificRecord.class, place);
      if (entry.event() instanceof WitnessRemoved) {
        excuses.add(entry);
      } else {
        require(entry.event() instanceof EpochClosed, entry.name(), "no EpochClosed");
        epochs.add(entry);
      }
    }
    List<Entry> tasks = new ArrayList<>();
    for (ReceiptRecord record : receipt.getTasks()) {
      tasks.add(entry(record, Task.class, "tasks " + tasks.size()));
    }
    List<Entry> log = new ArrayList<>();
    for (SealedReceiptRecord record : receipt.getLog()) {
      Entry entry = sealed(record, "log " + log.size());
      require(
          log.isEmpty() ? entry.leaf() >= 0 : entry.leaf() > log.getLast().leaf(),
          entry.name(),
          "leaf " + entry.leaf() + " does not ascend");
      log.add(entry);
    }
    require(!epochs.isEmpty(), FILE, "it holds no closed epoch");
    for (Entry excuse : excuses) {
      require(
          ((WitnessRemoved) excuse.event()).getEpoch() == closed(epochs.getLast()).getEpoch(),
          excuse.name(),
          "not of the last epoch");
    }
    return new OpenReceipt(
        receipt.getRequestId(),
        shard(epochs.getFirst()),
        entry(receipt.getRequest(), Request.class, "request"),
        result(receipt.getResult()),
        List.copyOf(tasks),
        List.copyOf(excuses),
        List.copyOf(epochs),
        List.copyOf(log));
  }

  private static Entry result(ReceiptRecord record) throws UnreadableReceipt {
    Entry entry = entry(record, SpecificRecord.class, "result");
    boolean isResult = entry.event() instanceof Result || entry.event() instanceof PrivateResult;
    require(isResult, entry.name(), "no Result");
    return entry;
  }

  private static int shard(Entry epoch) throws UnreadableReceipt {
    byte[] key = epoch.record().key();
    require(key.length == Integer.BYTES, epoch.name(), "its key is no shard");
    return ByteBuffer.wrap(key).getInt();
  }

  private static Entry entry(ReceiptRecord r, Class<? extends SpecificRecord> type, String place)
      throws UnreadableReceipt {
    SignedRecord record =
        new SignedRecord(
            r.getTopic(),
            0,
            0,
            Wire.bytes(r.getKey()),
            Wire.bytes(r.getValue()),
            r.getSigner(),
            Wire.bytes(r.getSignature()));
    Entry entry = entry(record, place, List.of());
    require(type.isInstance(entry.event()), entry.name(), "no " + type.getSimpleName());
    return entry;
  }

  private static Entry sealed(SealedReceiptRecord r, String place) throws UnreadableReceipt {
    SignedRecord record =
        new SignedRecord(
            r.getTopic(),
            0,
            r.getLeaf(),
            Wire.bytes(r.getKey()),
            Wire.bytes(r.getValue()),
            r.getSigner(),
            Wire.bytes(r.getSignature()));
    for (ByteBuffer node : r.getPath()) {
      require(node.remaining() == Hash.LENGTH, place, "a path of nodes without 32 bytes");
    }
    return entry(record, place, Wire.hashes(r.getPath()));
  }

  private static Entry entry(SignedRecord record, String place, List<Hash> path)
      throws UnreadableReceipt {
    try {
      SpecificRecord event = EventCodec.decode(record.value());
      return new Entry("%s (%s)".formatted(Entry.describe(event), place), record, event, path);
    } catch (UndecodableEvent e) {
      throw new UnreadableReceipt(
          "record of %s (%s)".formatted(record.topic(), place), String.valueOf(e.getMessage()));
    }
  }

  private static void require(boolean holds, String record, String message)
      throws UnreadableReceipt {
    if (!holds) {
      throw new UnreadableReceipt(record, message);
    }
  }

  /** The events of one type, in their order. */
  <T extends SpecificRecord> Stream<T> events(Class<T> type) {
    return log.stream().map(Entry::event).filter(type::isInstance).map(type::cast);
  }

  Request signedRequest() {
    return (Request) request.event();
  }

  /** The last result; empty where it is encrypted to somebody else. */
  Optional<Result> lastResult(Optional<DecryptionKey> requester) {
    return result.event() instanceof PrivateResult sealed
        ? requester.flatMap(key -> PrivateResults.open(sealed, key))
        : Optional.of((Result) result.event());
  }

  /** Openings in the clear, and those that the requester's key opens. */
  List<Opening> openings(RegistrySnapshot registry, Optional<DecryptionKey> requester) {
    List<Opening> openings = new ArrayList<>(events(Opening.class).toList());
    Optional<Accepted> accepted =
        events(Accepted.class).filter(PrivateOpenings::isPrivate).findFirst();
    if (accepted.isEmpty() || requester.isEmpty()) {
      return openings;
    }
    for (PrivateOpening sealed : events(PrivateOpening.class).toList()) {
      challenges().stream()
          .filter(c -> c.getSegment() == sealed.getSegment())
          .filter(c -> c.getRound() == sealed.getRound() && c.getPart() == sealed.getPart())
          .findFirst()
          .map(PrivateOpenings::workers)
          .map(workers -> PrivateOpenings.readers(registry, accepted.get(), workers))
          .flatMap(
              readers -> PrivateOpenings.open(sealed, requester.get(), Signers.REQUESTER, readers))
          .ifPresent(openings::add);
    }
    return openings;
  }

  /** What says that a witness withheld, wherever it stands. */
  List<Entry> removals() {
    return Stream.concat(log.stream(), excuses.stream())
        .filter(entry -> entry.event() instanceof WitnessRemoved)
        .toList();
  }

  static EpochClosed closed(Entry epoch) {
    return (EpochClosed) epoch.event();
  }

  /** Every last verdict, by segment. */
  List<Verdict> lastVerdicts() {
    return events(Verdict.class).filter(Verdict::getLast).toList();
  }

  /** What the answer follows from, as a challenge shows it; empty where none does. */
  Optional<RequestInput> input() {
    return events(Accepted.class)
        .findFirst()
        .flatMap(accepted ->
            challenges().stream()
                .map(challenge -> InputSeal.open(accepted, challenge.getInput()))
                .findFirst()
                .orElse(InputSeal.open(accepted, null)));
  }

  List<Challenge> challenges() {
    return events(Challenge.class).toList();
  }
}
