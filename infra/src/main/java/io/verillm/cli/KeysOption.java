package io.verillm.cli;

import io.verillm.aws.AwsClients;
import io.verillm.aws.PartySecret;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.topics.KeyStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** {@code --secret}: where a party's keys are, if not in its folder. */
final class KeysOption {
  @Option(
      names = "--secret",
      paramLabel = "NAME",
      description =
          "Take the keys from this secret of AWS Secrets Manager, not from the folder; ./verillm keys"
              + " makes its text.")
  private @Nullable String secret;

  KeysOption() {}

  /**
   * One party's keys; which it has is seen when they are asked for.
   *
   * @param signing signs what it says
   * @param vrf draws
   * @param salt what its salts are derived from
   */
  record PartyKeys(Supplier<SigningKey> signing, Supplier<VrfKey> vrf, Supplier<byte[]> salt) {}

  /** Whether they are in a secret. */
  boolean isGiven() {
    return secret != null;
  }

  /**
   * The keys of a name, those of a folder made where they are missing.
   *
   * @throws CommandFailure if the secret cannot be fetched or is none
   */
  PartyKeys open(Path folder, String name) {
    if (secret == null) {
      KeyStore store = new KeyStore(folder, new SecureRandom());
      return new PartyKeys(
          () -> store.signing(name), () -> store.vrf(name), () -> store.salt(name));
    }
    try (SecretsManagerClient client = AwsClients.standard().secrets()) {
      PartySecret fetched = PartySecret.of(client, secret);
      return new PartyKeys(fetched::signing, fetched::vrf, fetched::salt);
    } catch (SdkException | IllegalArgumentException e) {
      throw CommandFailure.aws(e);
    }
  }
}
