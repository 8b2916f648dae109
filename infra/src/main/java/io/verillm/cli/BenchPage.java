package io.verillm.cli;

import io.verillm.demo.Aligned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What a benchmark has to say, for a terminal or as one part of a Markdown file that several
 * benchmarks and machines share.
 *
 * @param title tells this part from all others; a part of the same title is replaced
 * @param notes sentences below the title
 * @param tables in order
 */
record BenchPage(String title, List<String> notes, List<Table> tables) {
  private static final String HEAD =
      """
      # Benchmarks

      Written by the commands that each part names, never by hand. A figure with two others in
      brackets is a median with the smallest and the largest of its repeats.
      """;

  private static final String PART = "\n## ";

  /** Copies the lists. */
  BenchPage {
    notes = List.copyOf(notes);
    tables = List.copyOf(tables);
  }

  /**
   * A table.
   *
   * @param caption what it shows
   * @param header names of its columns
   * @param rows as many cells each; without any only the notes are shown
   * @param notes sentences below it
   */
  record Table(String caption, List<String> header, List<List<String>> rows, List<String> notes) {
    Table {
      header = List.copyOf(header);
      rows = List.copyOf(rows);
      notes = List.copyOf(notes);
    }
  }

  /** Lines for a terminal. */
  List<String> text() {
    List<String> lines = new ArrayList<>();
    lines.add(title);
    lines.addAll(notes);
    for (Table table : tables) {
      lines.add("");
      lines.add(table.caption());
      if (!table.rows().isEmpty()) {
        Aligned aligned = new Aligned().row(table.header().toArray());
        table.rows().forEach(row -> aligned.row(row.toArray()));
        lines.addAll(aligned.lines(1));
      }
      lines.addAll(table.notes());
    }
    return lines;
  }

  /** Lines of Markdown, from the title on. */
  List<String> markdown() {
    List<String> lines = new ArrayList<>(List.of("## " + title, ""));
    notes.forEach(note -> lines.addAll(List.of(note, "")));
    for (Table table : tables) {
      lines.addAll(List.of("### " + table.caption(), ""));
      if (!table.rows().isEmpty()) {
        lines.add(row(table.header()));
        lines.add(row(table.header().stream().map(name -> "---").toList()));
        table.rows().forEach(row -> lines.add(row(row)));
        lines.add("");
      }
      table.notes().forEach(note -> lines.addAll(List.of(note, "")));
    }
    return lines;
  }

  private static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  /**
   * Writes the Markdown as a part of a file, in the place of a part of the same title. The file is
   * written beside and moved, so that what others wrote is never lost.
   *
   * @param file made if it is not there
   */
  void writeTo(Path file) throws IOException {
    String all = Files.exists(file) ? Files.readString(file) : HEAD;
    String part = "\n" + String.join("\n", markdown()).stripTrailing() + "\n";
    int start = (all + "\n").indexOf(PART + title + "\n");
    int end = start < 0 ? -1 : all.indexOf(PART, start + 1);
    String before = start < 0 ? all.stripTrailing() + "\n" : all.substring(0, start);
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(whole, before + part + (end < 0 ? "" : all.substring(end)));
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
