package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The documents' commands are the program's commands. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|\\S+");

  static Stream<String> commands() throws IOException {
    List<String> commands = new ArrayList<>();
    boolean code = false;
    for (String line : Files.readAllLines(ROOT.resolve("README.md"))) {
      if (line.startsWith("```")) {
        code = line.equals("```sh");
      } else if (code && !line.isBlank()) {
        commands.add(line.replaceAll("\\s+#.*", ""));
      }
    }
    return commands.stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void shouldAcceptEveryCommandOfTheReadme(String command) {
    List<String> words = words(command);
    Path program = ROOT.resolve(words.getFirst());
    assertThat(program).isExecutable();
    if (words.getFirst().equals("./verillm")) {
      String[] arguments = words.subList(1, words.size()).toArray(String[]::new);
      assertThat(Verillm.commandLine(Map.of()).parseArgs(arguments).errors()).isEmpty();
    }
  }

  @Test
  void shouldNameTheTwoCommandsOfANewcomer() throws IOException {
    assertThat(commands()).contains("./verillm demo", "./mvnw -B verify");
  }

  @Test
  void shouldDescribeEveryCommandInTheOperationsDocument() throws IOException {
    String operations = Files.readString(ROOT.resolve("docs/operations.md"));
    List<String> names =
        Verillm.commandLine(Map.of()).getSubcommands().keySet().stream().sorted().toList();

    assertThat(names).isNotEmpty();
    assertThat(names).allSatisfy(name -> assertThat(operations).contains("`./verillm " + name));
  }

  @Test
  void shouldHelpWithEveryCommand() {
    assertThat(all(Verillm.commandLine(Map.of())))
        .allSatisfy(line -> {
          StringWriter help = new StringWriter();
          line.usage(new PrintWriter(help, true));
          CommandSpec spec = line.getCommandSpec();
          assertThat(spec.usageMessage().description()).isNotEmpty();
          assertThat(spec.options()).allMatch(option -> option.description().length > 0);
          assertThat(help.toString()).startsWith("Usage: verillm");
        });
  }

  private static List<CommandLine> all(CommandLine top) {
    List<CommandLine> lines = new ArrayList<>(List.of(top));
    top.getSubcommands().values().forEach(sub -> lines.addAll(all(sub)));
    return lines;
  }

  private static List<String> words(String command) {
    Matcher matcher = WORD.matcher(command);
    List<String> words = new ArrayList<>();
    while (matcher.find()) {
      words.add(matcher.group().replace("\"", ""));
    }
    return words;
  }
}
