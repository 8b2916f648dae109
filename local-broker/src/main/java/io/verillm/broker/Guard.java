package io.verillm.broker;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a broker asks its clients who they are: SASL on both listeners, Kafka's own authorizer behind
 * it. Super users log in by PLAIN with the passwords given here, so that they are known before any
 * record is; everybody else by SCRAM-SHA-256 with credentials that a super user has set.
 *
 * @param superUsers passwords by user; they may do everything
 * @param openByDefault whether a resource without any rule is everybody's, as it is on MSK until
 *     {@code allow.everyone.if.no.acl.found} is switched off
 */
public record Guard(Map<String, String> superUsers, boolean openByDefault) {
  /** The broker's own user, towards itself. */
  static final String BROKER = "broker";

  /**
   * Copies the passwords.
   *
   * @throws IllegalArgumentException if a name or password could not be written into a JAAS line
   */
  public Guard {
    superUsers = Map.copyOf(superUsers);
    superUsers.forEach((user, password) -> {
      if (!user.matches("[a-z0-9-]+") || user.equals(BROKER)) {
        throw new IllegalArgumentException("not a super user's name: '" + user + "'");
      }
      if (!password.matches("[A-Za-z0-9_-]{16,}")) {
        throw new IllegalArgumentException(
            "the password of " + user + " must have 16 or more of A-Z, a-z, 0-9, _ and -");
      }
    });
  }

  /** Nobody may do anything that no rule allows. */
  public static Guard closed(Map<String, String> superUsers) {
    return new Guard(superUsers, false);
  }

  /** Broker settings, with a password that the broker alone knows. */
  Map<String, String> settings(String clients, String controller, String ownPassword) {
    Map<String, String> settings = new TreeMap<>();
    settings.put(
        "listener.security.protocol.map",
        "%s:SASL_PLAINTEXT,%s:SASL_PLAINTEXT".formatted(clients, controller));
    String plain = plain(ownPassword);
    String client = "listener.name." + clients.toLowerCase(Locale.ROOT) + ".";
    String inner = "listener.name." + controller.toLowerCase(Locale.ROOT) + ".";
    settings.put(client + "sasl.enabled.mechanisms", "SCRAM-SHA-256,PLAIN");
    settings.put(inner + "sasl.enabled.mechanisms", "PLAIN");
    settings.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    settings.put("sasl.mechanism.controller.protocol", "PLAIN");
    settings.put(client + "plain.sasl.jaas.config", plain);
    settings.put(inner + "plain.sasl.jaas.config", plain);
    settings.put(
        client + "scram-sha-256.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.put("allow.everyone.if.no.acl.found", Boolean.toString(openByDefault));
    settings.put(
        "super.users",
        superUsers.keySet().stream()
            .sorted()
            .map(user -> ";User:" + user)
            .collect(Collectors.joining("", "User:" + BROKER, "")));
    return settings;
  }

  private String plain(String ownPassword) {
    return superUsers.entrySet().stream()
        .map(user -> " user_%s=\"%s\"".formatted(user.getKey(), user.getValue()))
        .collect(
            Collectors.joining(
                "",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\""
                        .formatted(BROKER)
                    + " password=\"%s\" user_%s=\"%s\"".formatted(ownPassword, BROKER, ownPassword),
                ";"));
  }

  /** Without the passwords. */
  @Override
  public String toString() {
    return "Guard[superUsers=%s, openByDefault=%s]".formatted(superUsers.keySet(), openByDefault);
  }
}
