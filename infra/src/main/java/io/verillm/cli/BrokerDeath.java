package io.verillm.cli;

import io.verillm.local.StackFolder;
import org.apache.kafka.common.utils.Exit;

/**
 * Kafka's broker ends the process where it stands when it cannot write any more. Nobody can stop
 * that, but the user is told why.
 */
final class BrokerDeath {
  private BrokerDeath() {}

  static void explain(StackFolder folder) {
    Exit.setHaltProcedure((status, message) -> {
      System.err.println(
          "verillm: the broker gave up, most likely because the disk of %s is full or broken; see %s"
              .formatted(folder.path(), folder.log()));
      Runtime.getRuntime().halt(ExitCode.UNREACHABLE);
    });
  }
}
