package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.models.BuiltInModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands do with a model that was imported. */
class ImportedModelTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() throws IOException {
    ModelFolder.builtIn(folder.resolve("source"));
  }

  @Test
  void shouldNameTheFileOfWhichAByteChanged() throws IOException {
    imported("copy", "FP32");
    assertThat(model("verify", "copy")).isEqualTo(ExitCode.OK);
    for (String file :
        List.of(
            "model.safetensors",
            "model.onnx",
            "model.mixed.onnx",
            "model.onnx.data",
            "tokenizer.json",
            "tokenizer_config.json",
            "config.json")) {
      flip(file);
      assertThat(model("verify", "copy")).as(file).isEqualTo(ExitCode.BAD);
      assertThat(err.toString()).hasLineCount(1).contains(file);
      flip(file);
    }
    assertThat(model("verify", "copy")).isEqualTo(ExitCode.OK);
  }

  @Test
  void shouldNotWriteATextWithWeightsThatChanged() throws IOException {
    imported("copy", "FP32");
    flip("model.onnx.data");

    assertThat(run("generate", "--model", "copy", "--prompt", "Once", "--max-tokens", "2"))
        .isEqualTo(ExitCode.UNREACHABLE);

    assertThat(err.toString()).hasLineCount(1).contains("model.onnx.data");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldNameTheOptionThatIsWrongBeforeItLoadsTheModel() throws IOException {
    imported("copy", "FP32");
    flip("model.onnx.data");
    String absent = folder.resolve("absent.json").toString();

    for (List<String> wrong :
        List.of(
            List.of("--prompt", "a", "--seed", "zz"),
            List.of("--prompt", "a", "--max-tokens", "0"),
            List.of("--chat", absent))) {
      List<String> args = new ArrayList<>(List.of("generate", "--model", "copy"));
      args.addAll(wrong);
      assertThat(run(args.toArray(String[]::new))).isNotEqualTo(ExitCode.OK);
      assertThat(err.toString())
          .hasLineCount(1)
          .contains(wrong.get(wrong.size() - 2), wrong.getLast());
    }
  }

  @Test
  void shouldNameAVariantAndLetNoWorkerUseItUnasked() throws IOException {
    imported("cheat", "INT8");

    assertThat(model("list")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("variant int8");
    assertThat(model("show", "cheat")).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("variant      int8", builtInId(), "tied embeddings, rope base 10,000");
    try (ServerSocket cluster = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      int status =
          run(
              "worker",
              "--id",
              "w-01",
              "--model",
              "cheat",
              "--bootstrap",
              "localhost:" + cluster.getLocalPort(),
              "--data",
              folder.resolve("data").toString());
      assertThat(status).isEqualTo(ExitCode.USAGE);
    }
    assertThat(err.toString()).hasLineCount(1).contains("variant int8", "--cheat");
  }

  @Test
  void shouldTellWhatIsMissingFromWhatIsBad() {
    for (String command : List.of("verify", "show")) {
      assertThat(model(command, "absent")).as(command).isEqualTo(ExitCode.UNREACHABLE);
      assertThat(err.toString()).hasLineCount(1).contains("no model 'absent'");
    }
    String source = folder.resolve("absent").toString();
    assertThat(model("import", source, "--name", "copy")).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(err.toString()).hasLineCount(1).contains("no folder " + source);
  }

  private static String builtInId() {
    try (BuiltInModel model = BuiltInModel.load()) {
      return model.manifest().modelId();
    }
  }

  private void imported(String name, String variant) {
    String source = folder.resolve("source").toString();
    assertThat(model("import", source, "--name", name, "--variant", variant))
        .as(err.toString())
        .isEqualTo(ExitCode.OK);
  }

  /** Another bit in the middle; twice, and the file is as it was. */
  private void flip(String file) throws IOException {
    Path path = folder.resolve("store").resolve("copy").resolve(file);
    try (RandomAccessFile raw = new RandomAccessFile(path.toFile(), "rw")) {
      raw.seek(raw.length() / 2);
      int value = raw.read();
      raw.seek(raw.length() / 2);
      raw.write(value ^ 1);
    }
  }

  private int model(String... arguments) {
    List<String> all = new ArrayList<>(List.of("model"));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--models", folder.resolve("store").toString()));
    return Verillm.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }
}
