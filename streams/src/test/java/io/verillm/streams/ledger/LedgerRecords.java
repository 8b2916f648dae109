package io.verillm.streams.ledger;

import io.verillm.events.FundAccount;
import io.verillm.events.LockStake;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.StakeLock;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.topics.Catalogue;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedRecords;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Signed commands for the tests of the app. */
final class LedgerRecords {
  static final String ALICE = "requester:00000000000000aa";
  static final Catalogue CATALOGUE = Catalogue.of(3);
  static final Signer KEY = SigningKey.fromSeed(new byte[32]);
  static final Signer OTHER_KEY =
      SigningKey.fromSeed("another key of thirty-two bytes!".getBytes());

  private LedgerRecords() {}

  static FundAccount fund(String id, String account, long amount) {
    return new FundAccount(id, account, amount);
  }

  static ReserveEscrow reserve(String requestId, int shard, long amount) {
    return new ReserveEscrow("reserve/" + requestId, requestId, shard, ALICE, amount, 0);
  }

  static LockStake lock(String requestId, String worker, long amount) {
    return new LockStake(
        "lock/" + requestId,
        requestId,
        0,
        List.of(new StakeLock(ByteBuffer.allocate(32), worker, amount)));
  }

  static ProducerRecord<byte[], byte[]> command(SpecificRecord event) {
    return signed(event, Signers.COORDINATOR, KEY);
  }

  static ProducerRecord<byte[], byte[]> signed(SpecificRecord event, String signer, Signer key) {
    return SignedRecords.signed(
        CATALOGUE.ledgerCommands(),
        0,
        RecordKeys.text(String.valueOf(event.get(0))),
        event,
        new EventSigner(signer, key));
  }
}
