package io.verillm.streams.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.streams.coordinator.RoleGuess.Seen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * Whether a worker can tell, when a mid-answer task arrives, if it will write or only check. The
 * table goes to {@code target/blinding.md}; {@code docs/blinding.md} holds a copy.
 */
class BlindingTest {
  private static final int TASKS = 20_000;

  /** Tasks at each other load. */
  private static final int FEWER = 8_000;

  private static final double LOAD = 1.4;

  /** The better of two classifiers, on what is not the text nor its length. */
  private static final double TARGET = 0.55;

  @Test
  void shouldNotTellAnAuthorFromACheckerWhenAMidAnswerTaskArrives() throws Exception {
    Logger tribuo = Logger.getLogger("org.tribuo");
    tribuo.setLevel(Level.WARNING);
    List<Map<String, Seen>> seen = new BlindWorld(LOAD, 3).play(TASKS);

    RoleGuess task = guess(seen, "task");
    List<String> rows = new ArrayList<>();
    rows.add("| what is looked at | AUC | 95 % | authors among them | tasks judged |");
    rows.add("|---|---|---|---|---|");
    rows.add(task.row("record, headers, fields, the worker's own past"));
    rows.add(guess(seen, "length").row("the same, and how long the answer is so far"));
    RoleGuess requests = guess(seen, "requests");
    rows.add(requests.row("the same as the first, and each `Accepted` that can be its own"));
    rows.add(guess(seen, "followed").row(followed(LOAD)));
    rows.add(guess(seen, "both").row("all of these"));
    for (double load : List.of(5.0, 20.0)) {
      rows.add(guess(new BlindWorld(load, 3).play(FEWER), "followed").row(followed(load)));
    }
    for (int checkers : List.of(3, 7)) {
      for (double load : List.of(0.5, 1.0, 2.0)) {
        List<Map<String, Seen>> waiting = new BlindWorld(load, checkers).play(FEWER);
        rows.add(guess(waiting, "waited").row(waited(checkers, load)));
      }
    }
    Files.write(Path.of("target/blinding.md"), rows);
    rows.forEach(System.out::println);

    assertThat(seen).hasSizeGreaterThanOrEqualTo(TASKS);
    assertThat(task.auc()).as("%s", task).isLessThanOrEqualTo(TARGET);
    assertThat(requests.auc()).as("%s", requests).isLessThanOrEqualTo(TARGET);
  }

  private static String followed(double load) {
    return "the same, and the FINAL that its task follows: %.1f requests a second and shard"
        .formatted(load);
  }

  private static String waited(int checkers, double load) {
    return "the same as the first, and others' PREFILLs in the shard within 250 ms of its own,"
        + " which it keeps back: %d checkers, %.1f requests a second and shard"
            .formatted(checkers, load);
  }

  private static RoleGuess guess(List<Map<String, Seen>> seen, String view) {
    return RoleGuess.of(seen.stream().map(views -> views.get(view)).toList());
  }
}
