package io.verillm.deploy;

import io.verillm.events.FundAccount;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedProducer;
import java.util.List;

/** Money that comes into the ledger, by the coordinator's command. */
public final class Funds {
  private Funds() {}

  /** An account's first funds: applied once, however often they are sent. */
  public static FundAccount first(String account, long units) {
    return new FundAccount("fund/" + account, account, units);
  }

  /** More of it. */
  public static FundAccount more(String account, long units, String payment) {
    return new FundAccount("fund/" + account + "/" + payment, account, units);
  }

  /**
   * Sends commands; durable when this returns.
   *
   * @throws org.apache.kafka.common.KafkaException if it was not written
   */
  public static void send(
      KafkaAccess coordinator, Catalogue catalogue, Signer key, List<FundAccount> commands) {
    try (SignedProducer producer =
        SignedProducer.idempotent(coordinator, new EventSigner(Signers.COORDINATOR, key))) {
      commands.forEach(command ->
          producer.send(
              catalogue.ledgerCommands(), RecordKeys.text(command.getCommandId()), command));
      producer.flush();
    }
  }
}
