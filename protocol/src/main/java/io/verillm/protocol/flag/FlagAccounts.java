package io.verillm.protocol.flag;

import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.money.Accounts;
import java.util.List;
import java.util.stream.IntStream;

/** The requesters as which one worker posts its flags, in turn; each needs funds. */
public final class FlagAccounts {
  /** How many. */
  public static final int COUNT = 4;

  private FlagAccounts() {}

  /** The key of this number, 0 to {@link #COUNT} - 1, of who has this secret. */
  public static SigningKey key(byte[] secret, int number) {
    byte[] message = HashInput.of("flag-account").add(number).bytes();
    return SigningKey.fromSeed(Hashing.hmacSha256(secret, message).bytes());
  }

  /** The accounts of who has this secret. */
  public static List<String> names(byte[] secret) {
    return IntStream.range(0, COUNT)
        .mapToObj(number -> Accounts.requester(key(secret, number).publicKey()))
        .toList();
  }
}
