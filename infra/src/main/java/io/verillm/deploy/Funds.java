package io.verillm.deploy;

import io.verillm.events.FundAccount;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.EventReader;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.Reading;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.SignerKeys;
import io.verillm.topics.Topic;
import io.verillm.topics.WholePartition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

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
   * Those of these commands that are on the log already, by their ids: sent again they change
   * nothing, whatever sum they say. Reads all commands that the ledger ever had.
   *
   * @throws org.apache.kafka.common.KafkaException if they cannot be read
   */
  public static Map<String, FundAccount> among(
      KafkaAccess access, FoundedLog log, List<FundAccount> commands) {
    Topic topic = log.catalogue().ledgerCommands();
    SignerKeys keys = SignerKeys.of(log.registry());
    Set<String> ids = commands.stream().map(FundAccount::getCommandId).collect(Collectors.toSet());
    Map<String, FundAccount> found = new TreeMap<>();
    try (Consumer<byte[], byte[]> consumer = ConsumerSettings.consumer(access)) {
      WholePartition.read(
          consumer,
          new TopicPartition(topic.name(), 0),
          signed -> {
            if (ids.contains(new String(signed.key(), StandardCharsets.UTF_8))
                && EventReader.read(topic, signed, keys) instanceof Reading.Valid valid
                && valid.event() instanceof FundAccount command) {
              found.putIfAbsent(command.getCommandId(), command);
            }
          });
    }
    return found;
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
