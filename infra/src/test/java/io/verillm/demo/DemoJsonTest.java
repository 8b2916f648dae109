package io.verillm.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DemoJsonTest {
  @Test
  void shouldWriteOneLineWithTheNamesThatScriptsRelyOn() {
    WorkerRow worker = new WorkerRow("w-03", "int8", 1, 2, 0, 1, 0, -7, 10, 300, 90);
    DemoOutcome outcome =
        new DemoOutcome(12, 10, 1, 1, 0, 12, List.of(worker), 0, true, 1.5, 0.5, 30.25);

    assertThat(DemoJson.line(outcome))
        .isEqualTo(
            "{\"requests\":12,\"accepted\":10,\"rejected\":1,\"inconclusive\":1,\"expired\":0,"
                + "\"cases\":12,\"workers\":[{\"id\":\"w-03\",\"behaviour\":\"int8\","
                + "\"casesAsAuthor\":1,\"casesAsChecker\":2,\"rejectedAsAuthor\":1,"
                + "\"faultsAsChecker\":0,\"score\":-7,\"paid\":10,\"slashed\":300,\"balance\":90}],"
                + "\"ledgerSum\":0,\"auditIdentical\":true,\"generateSeconds\":1.5,"
                + "\"verifySeconds\":0.5,\"wallSeconds\":30.25}");
  }
}
