package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.cli.Program.Run;
import io.verillm.protocol.flag.FlagAccounts;
import io.verillm.topics.KeyStore;
import java.nio.file.Path;
import java.security.SecureRandom;
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

  private static String said(String... arguments) {
    Run run = new Commands(Map.of()).run(arguments);
    assertThat(run.status()).as(run.err()).isEqualTo(ExitCode.OK);
    return run.out();
  }
}
