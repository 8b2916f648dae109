package io.verillm.cli;

import io.verillm.deploy.FoundedLog;
import io.verillm.events.Balance;
import io.verillm.events.ModelRegistered;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.flag.FlagPrompt;
import io.verillm.topics.Asked;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.EventReader;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.Reading;
import io.verillm.topics.RequestLimits;
import io.verillm.topics.SignerKeys;
import io.verillm.topics.Topic;
import io.verillm.topics.WholePartition;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the accounts of a worker's flags can pay for one.
 *
 * @param log whose parameters and prices hold
 * @param accounts as the worker's salt gives them
 */
record FlagFunds(FoundedLog log, List<String> accounts) {
  private static final Logger LOG = LoggerFactory.getLogger(FlagFunds.class);

  /** Tells of those that cannot, beside the worker's start: balances of everybody are read. */
  void tellOfPoorOnes(KafkaAccess access, List<FlagPrompt> prompts) {
    Thread.ofPlatform()
        .daemon()
        .name("flag-funds")
        .start(() -> {
          try {
            poorOnes(access, prompts).forEach(System.err::println);
          } catch (KafkaException e) {
            LOG.atWarn().log("cannot tell what pays for flags: {}", e.getMessage());
          }
        });
  }

  /** A line for each account that cannot pay for one of these flags, by all balances. */
  List<String> poorOnes(KafkaAccess access, List<FlagPrompt> prompts) {
    return warnings(balances(access), reserved(prompts));
  }

  /** Most units that one of these flags reserves. */
  private long reserved(List<FlagPrompt> prompts) {
    return prompts.stream()
        .mapToLong(prompt -> {
          ModelRegistered model = log.registry().models().get(prompt.modelId());
          return RequestLimits.escrow(
              Asked.of(prompt.longest(model.getPositionLimit())), model, log.parameters());
        })
        .max()
        .orElseThrow();
  }

  /** A line for each account that has less. */
  List<String> warnings(Map<String, Long> balances, long reserved) {
    return accounts.stream()
        .filter(account -> balances.getOrDefault(account, 0L) < reserved)
        .map(account ->
            "note: %s has %d units, and a flag reserves up to %d: it would not be admitted, and its bond be lost"
                .formatted(account, balances.getOrDefault(account, 0L), reserved))
        .toList();
  }

  private Map<String, Long> balances(KafkaAccess access) {
    Topic topic = log.catalogue().balances();
    Map<String, Long> balances = new HashMap<>();
    try (Consumer<byte[], byte[]> consumer = ConsumerSettings.consumer(access)) {
      WholePartition.read(
          consumer, new TopicPartition(topic.name(), 0), signed -> note(topic, signed, balances));
    }
    return balances;
  }

  private void note(Topic topic, SignedRecord signed, Map<String, Long> balances) {
    // Others' signatures need no look.
    if (accounts.contains(new String(signed.key(), StandardCharsets.UTF_8))
        && EventReader.read(topic, signed, SignerKeys.of(log.registry()))
            instanceof Reading.Valid valid
        && valid.event() instanceof Balance balance) {
      balances.put(balance.getAccount(), balance.getBalance());
    }
  }
}
