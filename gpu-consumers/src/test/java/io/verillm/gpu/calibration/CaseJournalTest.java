package io.verillm.gpu.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.gpu.bench.Machine;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.protocol.check.Decision;
import io.verillm.protocol.check.RejectReason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaseJournalTest {
  private static final JudgedCase ACCEPTED =
      new JudgedCase(
          Decision.ACCEPT, Decision.ACCEPT, null, Decision.ACCEPT, 60, 16, List.of(3L), 0, 0);
  private static final JudgedCase REJECTED =
      new JudgedCase(
          Decision.UNSURE,
          Decision.REJECT,
          RejectReason.MODEL,
          Decision.REJECT,
          60,
          16,
          List.of(-1L),
          9,
          8);

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() {
    file = folder.resolve("cases.jsonl");
    try (CaseJournal journal = CaseJournal.open(file, head("a"))) {
      journal.add("honest", 0, ACCEPTED);
      journal.add("int8", 2, REJECTED);
    }
  }

  @Test
  void shouldGoOnWhereItWas() {
    try (CaseJournal journal = CaseJournal.open(file, head("a"))) {
      assertThat(journal.missing("honest", 3)).containsExactly(1, 2);
      journal.add("honest", 1, REJECTED);
    }
    try (CaseJournal journal = CaseJournal.open(file, head("a"))) {
      assertThat(journal.cases("honest", 3)).isEqualTo(Map.of(0, ACCEPTED, 1, REJECTED));
      assertThat(journal.cases("int8", 3)).isEqualTo(Map.of(2, REJECTED));
      assertThat(journal.cases("int8", 2)).isEmpty();
      assertThat(journal.missing("int4", 2)).containsExactly(0, 1);
    }
  }

  @Test
  void shouldForgetALineThatWasCutOff() throws Exception {
    Files.writeString(file, "{\"kind\":\"honest\",\"ind", StandardOpenOption.APPEND);

    try (CaseJournal journal = CaseJournal.open(file, head("a"))) {
      journal.add("honest", 1, ACCEPTED);
    }
    try (CaseJournal journal = CaseJournal.open(file, head("a"))) {
      assertThat(journal.cases("honest", 2)).containsOnlyKeys(0, 1);
    }
  }

  @Test
  void shouldRefuseTheCasesOfAnotherReport() throws Exception {
    String before = Files.readString(file);

    assertThatThrownBy(() -> CaseJournal.open(file, head("b")))
        .isInstanceOf(CalibrationMismatch.class)
        .hasMessageContaining("cases.jsonl");
    assertThat(file).content().isEqualTo(before);
  }

  @Test
  void shouldRefuseADamagedCase() throws Exception {
    Files.writeString(file, "no case\n{}\n", StandardOpenOption.APPEND);

    assertThatThrownBy(() -> CaseJournal.open(file, head("a")))
        .isInstanceOf(CalibrationMismatch.class)
        .hasMessageContaining("line 4");
  }

  private static CaseJournal.Head head(String calibration) {
    return new CaseJournal.Head(calibration, 7, List.of("one"), Machine.of(EngineOptions.cpu()));
  }
}
