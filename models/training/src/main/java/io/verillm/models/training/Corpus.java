package io.verillm.models.training;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Short documents, split into a training and a validation part.
 *
 * @param training documents the model learns from
 * @param validation every fiftieth document of the shuffled whole, never trained on
 */
record Corpus(List<String> training, List<String> validation) {

  private static final Pattern VERSE = Pattern.compile("([1-3]?[A-Za-z]+)(\\d+):(\\d+) (.*)");
  private static final Pattern ENTRY = Pattern.compile("   :(.+?):(?: .*)?");
  private static final int VALIDATION_STRIDE = 50;
  private static final int JARGON_CHARS_MAX = 1_200;
  private static final int JARGON_REPEATS = 2;

  /**
   * @param kjv one verse a line, as printed by {@code bible -f 'gen1:1-rev22:21'}
   * @param jargon the Jargon File's {@code jargon.txt.gz}
   * @param wordnet the folder with WordNet's {@code data.*} files
   */
  static Corpus read(Path kjv, Path jargon, Path wordnet, long seed) throws IOException {
    Random random = new Random(seed);
    List<String> verses = verses(Files.readAllLines(kjv), random);
    List<String> glosses = new ArrayList<>();
    for (String part : List.of("adj", "adv", "noun", "verb")) {
      glosses.addAll(glosses(Files.readAllLines(wordnet.resolve("data." + part))));
    }
    List<String> entries = entries(jargonLines(jargon));
    // A small model learns little from names of species, so a glossed word must occur elsewhere.
    Set<String> known = new HashSet<>();
    Stream.concat(verses.stream(), entries.stream()).forEach(t -> known.addAll(words(t)));
    glosses.removeIf(gloss -> !known.containsAll(words(gloss.substring(0, gloss.indexOf(':')))));
    List<String> all = new ArrayList<>(verses);
    all.addAll(glosses);
    all.addAll(entries);
    Collections.shuffle(all, random);
    List<String> training = new ArrayList<>();
    List<String> validation = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      (i % VALIDATION_STRIDE == 0 ? validation : training).add(all.get(i));
    }
    // The Jargon File is small beside the others, so its training entries count more than once.
    List<String> repeated = new ArrayList<>(training);
    repeated.retainAll(new HashSet<>(entries));
    for (int i = 1; i < JARGON_REPEATS; i++) {
      training.addAll(repeated);
    }
    return new Corpus(List.copyOf(training), List.copyOf(validation));
  }

  private static List<String> words(String text) {
    return List.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"));
  }

  private static List<String> verses(List<String> lines, Random random) {
    List<String> documents = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    String chapter = "";
    int left = 0;
    for (String line : lines) {
      Matcher verse = VERSE.matcher(line);
      if (!verse.matches()) {
        throw new IllegalArgumentException("not a verse: " + line);
      }
      String at = verse.group(1) + verse.group(2);
      if (left == 0 || !at.equals(chapter)) {
        if (!text.isEmpty()) {
          documents.add(text.toString());
        }
        text.setLength(0);
        left = 1 + random.nextInt(4);
        chapter = at;
      }
      text.append(text.isEmpty() ? "" : " ").append(verse.group(4).strip());
      left--;
    }
    documents.add(text.toString());
    return documents;
  }

  private static List<String> glosses(List<String> lines) {
    List<String> documents = new ArrayList<>();
    for (String line : lines) {
      int bar = line.indexOf(" | ");
      if (line.startsWith("  ") || bar < 0) {
        continue;
      }
      String[] fields = line.substring(0, bar).split(" ");
      String lemma = fields[4].replace('_', ' ').replaceAll("\\([a-z]+\\)$", "");
      documents.add(lemma + ": " + line.substring(bar + 3).strip());
    }
    return documents;
  }

  private static List<String> jargonLines(Path path) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(path))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return List.of(
          text.replace('\u201c', '"')
              .replace('\u201d', '"')
              .replace('\u2018', '\'')
              .replace('\u2019', '\'')
              .replace("\u2014", " -- ")
              .replace("\u2026", "...")
              .replace("{", "")
              .replace("}", "")
              .split("\n"));
    }
  }

  private static List<String> entries(List<String> lines) {
    List<String> documents = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    boolean inside = false;
    for (String line : lines) {
      Matcher head = ENTRY.matcher(line);
      boolean end = !line.startsWith("   ") && !line.isBlank();
      if (head.matches() || end) {
        addEntry(documents, text);
        text.setLength(0);
        inside = head.matches();
        if (inside) {
          text.append(head.group(1)).append(":");
        }
      } else if (inside && text.length() < JARGON_CHARS_MAX) {
        // A paragraph too long to be learnt ends at its last whole sentence, see addEntry.
        text.append(line.isBlank() ? "" : " ").append(line.strip());
      }
    }
    addEntry(documents, text);
    return documents;
  }

  private static void addEntry(List<String> documents, StringBuilder text) {
    int end =
        Math.max(
            text.lastIndexOf(". "),
            text.length() > 0 && text.charAt(text.length() - 1) == '.' ? text.length() - 1 : -1);
    if (end > 40) {
      documents.add(text.substring(0, end + 1));
    }
  }
}
