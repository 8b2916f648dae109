package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.verillm.cli.Program.Run;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.flag.FlagAccounts;
import io.verillm.topics.KeyStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {
  @TempDir private Path folder;

  @Test
  void shouldNameTheAccountsThatPayForFlagsOfAWorkerAlone() {
    String requester = said("keys", "requester", "--keys", folder.toString());
    String worker = said("keys", "w-11", "--worker", "--keys", folder.toString());

    assertThat(requester).contains("account  requester:").doesNotContain("flags");
    assertThat(folder.resolve("requester.salt")).doesNotExist();
    byte[] salt = new KeyStore(folder, new SecureRandom()).salt("w-11");
    assertThat(worker).contains("flags    " + String.join(" ", FlagAccounts.names(salt)));
  }

  @Test
  void shouldNameTheAccountsOfASecretThatIsThere() throws Exception {
    String salt = "02".repeat(32);
    HttpServer secrets =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    secrets.createContext(
        "/",
        exchange ->
            answer(
                exchange,
                "{\"ed25519\":\"%1$s\",\"vrf\":\"%1$s\",\"salt\":\"%2$s\"}"
                    .formatted("01".repeat(32), salt)));
    secrets.start();
    Map<String, String> settings =
        Map.of(
            "aws.endpointUrlSecretsManager", "http://127.0.0.1:" + secrets.getAddress().getPort(),
            "aws.region", "eu-central-1",
            "aws.accessKeyId", "identity",
            "aws.secretAccessKey", "credential");
    try {
      settings.forEach(System::setProperty);
      String worker = said("keys", "w-11", "--worker", "--secret", "verillm/w-11");
      Run both =
          new Commands(Map.of()).run("keys", "w-11", "--secret", "x", "--keys", folder.toString());

      assertThat(worker)
          .contains(
              "key      "
                  + SigningKey.fromSeed(HexFormat.of().parseHex("01".repeat(32))).publicKey().hex())
          .contains(
              "flags    " + String.join(" ", FlagAccounts.names(HexFormat.of().parseHex(salt))))
          .doesNotContain(salt);
      assertThat(said("keys", "w-11", "--worker", "--secret", "verillm/w-11")).isEqualTo(worker);
      assertThat(both.status()).isEqualTo(ExitCode.USAGE);
    } finally {
      settings.keySet().forEach(System::clearProperty);
      secrets.stop(0);
    }
  }

  private static void answer(HttpExchange exchange, String secret) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      byte[] answer = new ObjectMapper().writeValueAsBytes(Map.of("SecretString", secret));
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private static String said(String... arguments) {
    Run run = new Commands(Map.of()).run(arguments);
    assertThat(run.status()).as(run.err()).isEqualTo(ExitCode.OK);
    return run.out();
  }
}
