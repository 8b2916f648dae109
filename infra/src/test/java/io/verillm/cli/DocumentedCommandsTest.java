package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Commands that documents name, and those that Terraform starts, exist with their options. */
class DocumentedCommandsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Up to the end of the line, of a span of code, of a shell's command, or to a comment. */
  private static final Pattern COMMAND =
      Pattern.compile("(?:\\./verillm|run-task (?:tool|founder|analyst))( [^`\n|;&)]*)");

  /** The same without its program's name, known by an option. */
  private static final Pattern SPAN = Pattern.compile("`([a-z]+ [^`\n]*--[^`\n]*)`");

  /** A file of the repository, such as a script to be run; what a build makes is not there yet. */
  private static final Pattern FILE =
      Pattern.compile(
          "`(?:\\./)?((?:infra|terraform|docs|schemas|protocol|models|topics|streams|gpu-consumers)/(?!\\S*\\btarget/)[\\w./-]+)");

  /** A test's class, and one method of it. */
  private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+(?:Test|IT))(?:\\.(\\w+))?`");

  private static final Pattern COMMENT = Pattern.compile("\\s#.*");
  private static final Pattern OPTION = Pattern.compile("--?[a-z][a-z-]*");

  /**
   * A container's arguments, also those that are there on a condition; all else counts as values.
   */
  private static final Pattern CONTAINER =
      Pattern.compile("command += (?:concat\\()?\\[(\".*(?:\\n +(?:\"--|worker\\.).*)?)");

  private static final Pattern QUOTED = Pattern.compile("\"([a-z-]+)\"");

  private static final CommandLine TOP = Verillm.commandLine(Map.of());

  @Test
  void shouldKnowEveryCommandOfTheDocuments() throws IOException {
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (Path document : documents()) {
      Matcher matcher = COMMAND.matcher(Files.readString(document));
      while (matcher.find()) {
        seen++;
        String command = COMMENT.matcher(matcher.group(1)).replaceAll("").strip();
        fault(List.of(command.split("\\s+")))
            .forEach(fault -> wrong.add(ROOT.relativize(document) + ": " + command + fault));
      }
    }

    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(80);
  }

  @Test
  void shouldKnowEveryCommandThatIsNamedWithoutItsProgram() throws IOException {
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (Path document : documents()) {
      Matcher matcher = SPAN.matcher(Files.readString(document));
      while (matcher.find()) {
        List<String> words = List.of(matcher.group(1).split("\\s+"));
        if (TOP.getSubcommands().containsKey(words.getFirst())) {
          seen++;
          fault(words)
              .forEach(
                  fault -> wrong.add(ROOT.relativize(document) + ": " + matcher.group(1) + fault));
        }
      }
    }

    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(8);
  }

  @Test
  void shouldHaveEveryFileThatDocumentsName() throws IOException {
    List<String> missing = new ArrayList<>();
    int seen = 0;
    for (Path document : documents()) {
      Matcher matcher = FILE.matcher(Files.readString(document));
      // Decisions tell of what was, too.
      while (!document.startsWith(ROOT.resolve("docs/decisions")) && matcher.find()) {
        seen++;
        if (!Files.exists(ROOT.resolve(matcher.group(1)))) {
          missing.add(ROOT.relativize(document) + ": " + matcher.group(1));
        }
      }
    }

    assertThat(missing).isEmpty();
    assertThat(seen).isGreaterThan(10);
  }

  @Test
  void shouldHaveEveryTestThatOperationsRestsOn() throws IOException {
    Map<String, String> tests = new HashMap<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file :
          files.filter(f -> f.toString().matches(".*/src/test/java/.*\\.java")).toList()) {
        tests.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    List<String> wrong = new ArrayList<>();
    Matcher named = TEST.matcher(Files.readString(ROOT.resolve("docs/operations.md")));
    int seen = 0;
    while (named.find()) {
      seen++;
      String text = tests.getOrDefault(named.group(1) + ".java", "");
      if (text.isEmpty() || named.group(2) != null && !text.contains(named.group(2) + "(")) {
        wrong.add(named.group());
      }
    }

    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(15);
  }

  @Test
  void shouldKnowEveryCommandThatTerraformStarts() throws IOException {
    List<List<String>> started = new ArrayList<>();
    for (String example : List.of("complete", "minimal")) {
      Matcher matcher =
          CONTAINER.matcher(
              Files.readString(ROOT.resolve("terraform/examples/" + example + "/main.tf")));
      while (matcher.find()) {
        started.add(
            QUOTED.matcher(matcher.group(1)).results().map(result -> result.group(1)).toList());
      }
    }

    assertThat(started).allSatisfy(words -> assertThat(fault(words)).as("%s", words).isEmpty());
    assertThat(started.stream().map(List::getFirst)).contains("app", "witness", "worker");
    assertThat(started.stream().flatMap(List::stream))
        .contains("--posters", "--fund", "--sessions");
    assertThat(started.stream().filter(words -> words.getFirst().equals("app")))
        .extracting(words -> words.get(1))
        .contains("coordinator", "ledger", "sealer");
  }

  @Test
  void shouldSeeCommandsThatAreNone() {
    assertThat(fault(List.of("up", "--no-such"))).containsExactly(" has no --no-such");
    assertThat(fault(List.of("nothing"))).containsExactly(" is no command");
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    for (String folder : List.of("docs", "terraform")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        files
            .filter(file -> file.toString().endsWith(".md"))
            .filter(file -> !file.toString().contains("/.terraform/"))
            .forEach(documents::add);
      }
    }
    documents.add(ROOT.resolve("README.md"));
    return documents;
  }

  private static List<String> fault(List<String> words) {
    CommandLine line = TOP;
    List<String> faults = new ArrayList<>();
    boolean options = false;
    for (String word : words) {
      CommandLine sub = line.getSubcommands().get(word);
      if (word.equals("...")) {
        // Stands for any command.
        break;
      }
      if (sub != null && !options) {
        line = sub;
      } else if (line.getCommand() instanceof Verillm && !word.startsWith("-")) {
        faults.add(" is no command");
        break;
      }
      Matcher option = OPTION.matcher(word);
      if (option.lookingAt()) {
        options = true;
        if (line.getCommandSpec().findOption(option.group()) == null) {
          faults.add(" has no " + option.group());
        }
      }
    }
    return faults;
  }
}
