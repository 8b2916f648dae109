package io.verillm.cli;

import io.verillm.cli.KeysOption.PartyKeys;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.flag.FlagAccounts;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.registry.RegisteredWitness;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keys}: a party's keys, in a folder or as a secret's text. */
@Command(
    name = "keys",
    description =
        "Makes a party's keys and prints what others know it by. Without --keys it keeps nothing: the"
            + " keys go to stdout as the text of a secret, and the names to stderr. With --secret it"
            + " makes none, and prints what others know those of this secret by.")
final class KeysCommand implements Callable<Integer> {
  private static final int BYTES = 32;

  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();

  @Option(
      names = "--keys",
      paramLabel = "DIR",
      description = "Folder of the keys, made there if it has none.")
  private @Nullable Path folder;

  @Mixin private KeysOption secret = new KeysOption();

  @Option(
      names = "--worker",
      description = "They are a worker's: prints the accounts that pay for its flags, too.")
  private boolean worker;

  @Parameters(
      paramLabel = "ID",
      description = "Whose: coordinator, requester, or a worker's or witness' id.")
  private String id = "";

  KeysCommand() {}

  @Override
  public Integer call() {
    if (!id.matches("[a-z0-9-]{1,32}")) {
      throw CommandFailure.usage("ID takes 1..32 of a-z, 0-9 and dash, not '" + id + "'");
    }
    if (folder != null && secret.isGiven()) {
      throw CommandFailure.usage("keys lie in a folder or in a secret: --keys or --secret");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (folder == null && !secret.isGiven()) {
      fresh(out);
    } else {
      kept(out);
    }
    return ExitCode.OK;
  }

  private void kept(PrintWriter out) {
    try {
      PartyKeys keys = secret.open(folder == null ? Path.of("") : folder, id);
      byte[] salt = hasSalt() ? keys.salt().get() : new byte[0];
      names(keys.signing().get(), keys.vrf().get(), salt).forEach(out::println);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.unreachable("AWS: " + e.getMessage());
    } catch (UncheckedIOException e) {
      throw CommandFailure.unreachable(e.getMessage());
    }
  }

  private void fresh(PrintWriter out) {
    SecureRandom random = new SecureRandom();
    byte[] signing = bytes(random);
    byte[] vrf = bytes(random);
    byte[] salt = bytes(random);
    HexFormat hex = HexFormat.of();
    out.println(
        "{\"ed25519\":\"%s\",\"vrf\":\"%s\",\"salt\":\"%s\"}"
            .formatted(hex.formatHex(signing), hex.formatHex(vrf), hex.formatHex(salt)));
    names(SigningKey.fromSeed(signing), VrfKey.fromSeed(vrf), salt).forEach(System.err::println);
  }

  private List<String> names(SigningKey key, VrfKey vrf, byte[] salt) {
    return Stream.concat(
            Stream.of(
                "key      " + key.publicKey().hex(),
                "witness  " + new RegisteredWitness(id, key.publicKey(), vrf.publicKey()).name(),
                "account  " + Accounts.requester(key.publicKey())),
            worker
                ? Stream.of("flags    " + String.join(" ", FlagAccounts.names(salt)))
                : Stream.empty())
        .toList();
  }

  /** Other parties derive nothing from one. */
  private boolean hasSalt() {
    return worker || id.equals(Signers.COORDINATOR);
  }

  private static byte[] bytes(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return bytes;
  }
}
