package io.verillm.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.verillm.gpu.engine.EngineFailure;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.generate.Generated;
import io.verillm.gpu.generate.LoadedModel;
import io.verillm.gpu.generate.TextGenerator;
import io.verillm.models.ChatMessage;
import io.verillm.models.ChatTemplate;
import io.verillm.models.Conversation;
import io.verillm.models.InvalidModelException;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.sampling.SamplingParameters;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code generate}: a text from a model on this machine, without Kafka. */
@Command(
    name = "generate",
    description = "Writes a text with a model on this machine; no broker, nothing is verified.")
final class GenerateCommand implements Callable<Integer> {
  private static final String ANY_SEED = "generate";

  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private ModelOption model = new ModelOption();
  @Mixin private DeviceOption device = new DeviceOption();
  @Mixin private ThreadsOption threads = new ThreadsOption();

  @ArgGroup(multiplicity = "1")
  private Input input = new Input();

  /** What the text begins with, in one of three forms. */
  static final class Input {
    @Option(names = "--prompt", paramLabel = "TEXT", description = "What the text begins with.")
    private @Nullable String prompt;

    @Option(
        names = "--prompt-ids",
        paramLabel = "ID",
        split = ",",
        description = "The same as token ids: 1,2,3.")
    private int @Nullable [] promptIds;

    @Option(
        names = "--chat",
        paramLabel = "FILE",
        description =
            "A conversation for the model's chat template: [{\"role\": \"user\", \"content\":"
                + " \"...\"}].")
    private @Nullable Path chat;
  }

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "Most tokens to generate (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.8",
      description = "0 takes the likeliest token always (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      defaultValue = "40",
      description = "Candidates, 1..64 (default: ${DEFAULT-VALUE}).")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "0.95",
      description = "Probability mass kept among them (default: ${DEFAULT-VALUE}).")
  private double topP;

  @Option(
      names = "--seed",
      paramLabel = "HEX",
      description = "32 bytes; the same seed gives the same text (default: always the same one).")
  private @Nullable String seed;

  GenerateCommand() {}

  @Override
  public Integer call() {
    try {
      if (maxTokens < 1) {
        throw new IllegalArgumentException("--max-tokens is at least 1, not " + maxTokens);
      }
      // A big model takes minutes to load: first what can be told without it.
      SamplingParameters sampling = new SamplingParameters(temperature, topK, topP);
      Hash ofSeed = seed();
      List<ChatMessage> messages = input.chat == null ? List.of() : messages(input.chat);
      try (LoadedModel loaded = model.open(options())) {
        write(loaded, messages, sampling, ofSeed);
      }
      return ExitCode.OK;
    } catch (InvalidModelException | EngineFailure e) {
      throw CommandFailure.unreachable(e.getMessage());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }

  private void write(
      LoadedModel loaded, List<ChatMessage> messages, SamplingParameters sampling, Hash ofSeed) {
    PrintWriter out = spec.commandLine().getOut();
    TextGenerator generator =
        new TextGenerator(
            loaded.engine(), loaded.tokenizer(), new HashSet<>(loaded.config().eosIds()));
    Generated generated =
        generator.run(promptIds(loaded, messages), maxTokens, sampling, ofSeed, shown(out));
    if (output.json()) {
      out.println(json(generated));
    } else {
      out.println();
    }
  }

  private EngineOptions options() {
    return EngineOptions.on(device.device()).withThreads(threads.threads());
  }

  private int[] promptIds(LoadedModel loaded, List<ChatMessage> messages) {
    if (input.promptIds != null) {
      return input.promptIds;
    }
    if (input.prompt != null) {
      return loaded.tokenizer().prompt(input.prompt);
    }
    // The template writes the tokens around a prompt itself.
    String text = ChatTemplate.of(loaded.directory()).render(messages);
    return loaded.tokenizer().encode(text);
  }

  private static List<ChatMessage> messages(Path chat) {
    try {
      return Conversation.parse(Files.readString(chat));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--chat " + chat + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw CommandFailure.unreachable("cannot read --chat " + chat + ": " + e);
    }
  }

  private Hash seed() {
    try {
      return seed == null ? Hashing.hash(ANY_SEED) : Hash.fromHex(seed);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "--seed is 64 hexadecimal digits, not '%s'".formatted(seed), e);
    }
  }

  private Consumer<String> shown(PrintWriter out) {
    if (output.json()) {
      return piece -> {};
    }
    return piece -> {
      out.print(piece);
      out.flush();
    };
  }

  private static String json(Generated generated) {
    ObjectNode json = new JsonMapper().createObjectNode();
    generated.promptIds().forEach(json.putArray("promptIds")::add);
    generated.outputIds().forEach(json.putArray("outputIds")::add);
    json.put("text", generated.text()).put("finishReason", generated.finishReason().name());
    json.put("prefillSeconds", generated.prefillSeconds());
    json.put("decodeSeconds", generated.decodeSeconds());
    return json.toString();
  }
}
