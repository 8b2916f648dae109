package io.verillm.cli;

import io.verillm.aws.AwsClients;
import io.verillm.aws.KmsSigner;
import io.verillm.cli.KeysOption.PartyKeys;
import io.verillm.protocol.crypto.Signer;
import io.verillm.streams.coordinator.CoordinatorKeys;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.exception.SdkException;

/** The coordinator's keys, with which its ledger and its sealer sign too. */
final class CoordinatorOption {
  private static final String NAME = "coordinator";

  @Option(
      names = "--keys",
      paramLabel = "DIR",
      description =
          "Folder of the coordinator's keys, made there if it has none (default:"
              + " data/coordinator/keys).")
  private @Nullable Path keys;

  @Mixin private KeysOption secret = new KeysOption();

  @Option(
      names = "--kms-key",
      paramLabel = "ID",
      description =
          "Sign with this Ed25519 key of AWS KMS, by id, ARN or alias. Every signature is a call.")
  private @Nullable String kmsKey;

  CoordinatorOption() {}

  /**
   * What signs.
   *
   * @throws CommandFailure if AWS does not give it
   */
  Signer signer() {
    if (kmsKey == null) {
      return party().signing().get();
    }
    try {
      // Open as long as the process: a program signs until it ends.
      return KmsSigner.of(AwsClients.standard().kms(), kmsKey);
    } catch (SdkException | IllegalArgumentException e) {
      throw CommandFailure.aws(e);
    }
  }

  /**
   * All of them.
   *
   * @throws CommandFailure if AWS does not give them
   */
  CoordinatorKeys all() {
    try {
      PartyKeys party = party();
      return new CoordinatorKeys(signer(), party.vrf().get(), party.salt().get());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.aws(e);
    }
  }

  private PartyKeys party() {
    return secret.open(keys == null ? DataOption.coordinator() : keys, NAME);
  }
}
