package io.verillm.protocol.shard;

import io.verillm.events.CosignatureCopy;
import io.verillm.events.EpochClosed;
import io.verillm.events.Seal;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.EpochVerifier;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealState;
import io.verillm.schemas.EventCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** The partitions of shard 0, and a sealer over them and one partition of another shard. */
final class TestLog implements Inbox {
  static final ShardTopics TOPICS =
      new ShardTopics(
          "spine",
          "registry",
          "seals",
          "cosignatures",
          "accepted",
          "commitments",
          "openings",
          "votes",
          "disputes",
          "flags",
          w -> "tasks." + w,
          "journal");

  private static final List<LogPartition> PARTITIONS =
      Stream.concat(
              Stream.of(new LogPartition("accepted", 1)),
              sealed().map(topic -> new LogPartition(topic, 0)))
          .toList();

  private final Map<String, List<SignedRecord>> records = new TreeMap<>();
  private final Map<String, Integer> sealed = new HashMap<>();
  private final List<String> witnesses;
  private SealState seals = SealState.start(PARTITIONS);

  TestLog(List<String> witnesses) {
    this.witnesses = witnesses;
  }

  private static Stream<String> sealed() {
    return Stream.concat(
        TOPICS.sealed().stream(), Stream.of(TOPICS.spine(), TOPICS.cosignatures()));
  }

  /** Appends a record as it is; offsets are given here. */
  SignedRecord append(SignedRecord r) {
    List<SignedRecord> partition = records.computeIfAbsent(r.topic(), t -> new ArrayList<>());
    SignedRecord placed =
        new SignedRecord(
            r.topic(), 0, partition.size(), r.key(), r.value(), r.signer(), r.signature());
    partition.add(placed);
    return placed;
  }

  SignedRecord post(String signer, String topic, SpecificRecord event) {
    return append(TestKeys.signer(signer).sign(topic, 0, new byte[4], EventCodec.encode(event)));
  }

  List<SignedRecord> all(String topic) {
    return List.copyOf(records.getOrDefault(topic, List.of()));
  }

  @Override
  public List<SignedRecord> records(String topic, long start, long end) {
    return all(topic).subList((int) start, (int) end);
  }

  /** Seals everything new; gives the closed epoch, which is not on the spine yet. */
  EpochClosed close(long timeMillis) {
    Map<LogPartition, List<LogLeaf>> leaves = new TreeMap<>();
    for (String topic : sealed().toList()) {
      List<SignedRecord> all = all(topic);
      leaves.put(
          new LogPartition(topic, 0),
          all.subList(sealed.getOrDefault(topic, 0), all.size()).stream()
              .map(LogLeaf::of)
              .toList());
      sealed.put(topic, all.size());
    }
    EpochRecords epoch = EpochRecords.of(leaves);
    Seal seal = seals.seal(epoch, timeMillis);
    byte[] value = EventCodec.encode(seal);
    seals = SealCheck.check(seals, value, epoch).sound().orElseThrow();
    Hash sealHash = Beacon.sealHash(value);
    SignedRecord signed =
        TestKeys.signer("sealer")
            .sign(TOPICS.seals(), 0, EpochVerifier.epochKey(seal.getEpoch()), value);
    return new EpochClosed(
        seal.getEpoch(),
        Wire.buffer(value),
        Wire.buffer(signed.signature()),
        witnesses.stream()
            .map(w ->
                new CosignatureCopy(w, Wire.buffer(TestKeys.prove(w, sealHash.bytes()).bytes())))
            .toList());
  }
}
