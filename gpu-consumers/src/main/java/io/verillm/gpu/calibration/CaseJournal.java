package io.verillm.gpu.calibration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.verillm.gpu.bench.Machine;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;

/**
 * A report's cases on disk, one a line behind a line that says whose they are: a report that was
 * cut short goes on with it, and so does one that is to have more pairs.
 */
final class CaseJournal implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, SortedMap<Integer, JudgedCase>> known = new ConcurrentHashMap<>();
  private final BufferedWriter out;

  private CaseJournal(BufferedWriter out) {
    this.out = out;
  }

  /**
   * What all cases of a journal have in common.
   *
   * @param calibrationId by which they were judged
   * @param seed of their draws
   * @param settings of honest pairs, in order
   * @param machine that computed them
   */
  record Head(String calibrationId, long seed, List<String> settings, Machine machine) {}

  private record Line(String kind, int index, JudgedCase judged) {}

  /**
   * Reads what is there.
   *
   * @throws CalibrationMismatch if the file is no journal, or another report's
   * @throws UncheckedIOException if it cannot be read or written
   */
  static CaseJournal open(Path file, Head head) {
    try {
      List<Line> lines = Files.exists(file) ? read(file, head) : List.of();
      Path whole = file.resolveSibling(file.getFileName() + ".new");
      CaseJournal journal =
          new CaseJournal(
              Files.newBufferedWriter(
                  whole, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING));
      journal.write(head);
      for (Line line : lines) {
        journal.keep(line);
        journal.write(line);
      }
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
      return journal;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open " + file + ": " + e.getMessage(), e);
    }
  }

  private static List<Line> read(Path file, Head head) throws IOException {
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !lines.getFirst().equals(JSON.writeValueAsString(head))) {
      throw new CalibrationMismatch(
          file + " is another report's: other limits, seed, settings or machine");
    }
    List<Line> read = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      try {
        read.add(JSON.readValue(lines.get(i), Line.class));
      } catch (JsonProcessingException e) {
        // Cut off in the middle of its last line.
        if (i < lines.size() - 1) {
          throw new CalibrationMismatch(
              "line %d of %s is no case: %s".formatted(i + 1, file, e.getOriginalMessage()));
        }
      }
    }
    return read;
  }

  /** Indexes below this number of which no case is known. */
  IntStream missing(String kind, int count) {
    SortedMap<Integer, JudgedCase> cases = cases(kind, count);
    return IntStream.range(0, count).filter(index -> !cases.containsKey(index));
  }

  /** Known cases with an index below this number. */
  SortedMap<Integer, JudgedCase> cases(String kind, int count) {
    return known.containsKey(kind) ? known.get(kind).headMap(count) : new TreeMap<>();
  }

  /**
   * Adds a case. May be called by several threads.
   *
   * @return the case
   * @throws UncheckedIOException if it cannot be written
   */
  JudgedCase add(String kind, int index, JudgedCase judged) {
    Line line = new Line(kind, index, judged);
    keep(line);
    try {
      write(line);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a case: " + e.getMessage(), e);
    }
    return judged;
  }

  private void keep(Line line) {
    known
        .computeIfAbsent(line.kind, any -> new ConcurrentSkipListMap<>())
        .put(line.index, line.judged);
  }

  private void write(Object line) throws IOException {
    String text = JSON.writeValueAsString(line) + "\n";
    synchronized (out) {
      out.write(text);
      out.flush();
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the last cases: " + e.getMessage(), e);
    }
  }
}
