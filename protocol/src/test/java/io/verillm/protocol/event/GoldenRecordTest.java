package io.verillm.protocol.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Request;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.money.Accounts;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One whole signed record, written by a second implementation and printed in producers.md. */
class GoldenRecordTest {
  private static final HexFormat HEX = HexFormat.of();

  private final Map<String, String> golden = golden();
  private final byte[] key = golden.get("key").getBytes(StandardCharsets.UTF_8);
  private final byte[] value = HEX.parseHex(golden.get("value"));
  private final SigningKey secret = SigningKey.fromSeed(HEX.parseHex(golden.get("secret")));
  private final SignedRecord record =
      new EventSigner(Signers.REQUESTER, secret).sign(golden.get("topic"), 0, key, value);

  private static Map<String, String> golden() {
    try (Stream<String> lines =
        Files.lines(Path.of("src", "test", "resources", "vectors", "record.csv"))) {
      return lines
          .skip(1)
          .map(line -> line.split(","))
          .collect(Collectors.toMap(cells -> cells[0], cells -> cells[1]));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void shouldSignAndHashAsTheOtherImplementationDoes() {
    assertThat(HEX.formatHex(record.signature())).isEqualTo(golden.get("signature"));
    assertThat(EventVerifier.fault(record, Optional.of(secret.publicKey()))).isEmpty();
    assertThat(SignedRecord.signedHash(record.topic(), key, value).hex())
        .isEqualTo(golden.get("event"));
    assertThat(record.recordHash().hex()).isEqualTo(golden.get("record"));
    assertThat(Hashing.hash("request", key, value, record.signature()).hex())
        .isEqualTo(golden.get("request"));
    assertThat(Accounts.requester(secret.publicKey()))
        .isEqualTo("requester:" + golden.get("requester").substring(0, 16));
  }

  @Test
  void shouldReadTheValueAsItWasWritten() throws UndecodableEvent {
    Request request = EventCodec.decode(value, Request.class);

    assertThat(request.getRequestId()).isEqualTo(golden.get("key"));
    assertThat(request.getPrompt()).isEqualTo("Hello");
    assertThat(request.getBudget()).isEqualTo(10_000);
    assertThat(
            Digests.seed(
                    UUID.fromString(request.getRequestId()),
                    secret.publicKey(),
                    Wire.bytes(request.getNonce()))
                .hex())
        .isEqualTo(golden.get("seed"));
  }

  @Test
  void shouldBeTheExampleOfThePageForProducers() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "producers.md")).replaceAll("\\s+", "");

    for (String name : new String[] {"value", "signature", "event", "record", "request", "seed"}) {
      assertThat(page).as(name).contains(golden.get(name));
    }
    assertThat(page).contains("requester:" + golden.get("requester").substring(0, 16));
  }
}
