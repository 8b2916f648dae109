package io.verillm.models.onnx;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.verillm.models.ModelConfig;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Runs a built graph on ONNX Runtime itself, keeping the cache between steps. Where the graph has
 * several groups, each of them holds the same sequence.
 */
final class OnnxRun implements AutoCloseable {

  /** Rows of each boundary [tokens * width], then logits [tokens * vocabulary]. */
  record Step(List<float[]> boundaries, float[] logits) {}

  private final ModelConfig config;
  private final GraphForm form;
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, float[]> cache = new HashMap<>();
  private int past;

  OnnxRun(ModelConfig config, byte[] model) throws OrtException {
    this(config, GraphForm.EVEN, model);
  }

  OnnxRun(ModelConfig config, GraphForm form, byte[] model) throws OrtException {
    this.config = config;
    this.form = form;
    this.session = environment.createSession(model, oneThread());
  }

  /** The graph of a folder. */
  OnnxRun(ModelConfig config, GraphForm form, Path folder) throws OrtException {
    this.config = config;
    this.form = form;
    this.session = environment.createSession(folder.resolve(form.file()).toString(), oneThread());
  }

  private static OrtSession.SessionOptions oneThread() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    return options;
  }

  /** How many nodes of each operator the runtime runs, behind all its rewriting. */
  static Map<String, Integer> optimised(byte[] model, Path scratch)
      throws OrtException, IOException {
    try (OrtSession.SessionOptions options = oneThread()) {
      options.setOptimizedModelFilePath(scratch.toString());
      OrtEnvironment.getEnvironment().createSession(model, options).close();
    }
    Map<String, Integer> operators = new HashMap<>();
    OnnxMl.ModelProto.parseFrom(Files.readAllBytes(scratch))
        .getGraph()
        .getNodeList()
        .forEach(node -> operators.merge(node.getOpType(), 1, Integer::sum));
    return operators;
  }

  void reset() {
    cache.clear();
    past = 0;
  }

  /** The first group's. */
  Step step(long... ids) throws OrtException {
    return steps(ids).getFirst();
  }

  /** Each group's. */
  List<Step> steps(long... ids) throws OrtException {
    Map<String, OnnxTensor> inputs = inputs(ids);
    try {
      try (OrtSession.Result result = session.run(inputs)) {
        past += ids.length;
        result.forEach(entry -> {
          if (entry.getKey().contains("present.")) {
            cache.put(entry.getKey(), floats(entry.getValue()));
          }
        });
        List<Step> steps = new ArrayList<>();
        for (int group = 0; group < form.groups().size(); group++) {
          steps.add(step(result, group));
        }
        return steps;
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private Map<String, OnnxTensor> inputs(long... ids) throws OrtException {
    long[] positions = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      positions[i] = past + i;
    }
    Map<String, OnnxTensor> inputs = new HashMap<>();
    inputs.put(OnnxModel.LOGIT_ROWS, rows(form.groups().size() * ids.length));
    for (String group : form.groups()) {
      inputs.put(group + OnnxModel.INPUT_IDS, integers(ids));
      inputs.put(group + OnnxModel.POSITION_IDS, integers(positions));
      for (int layer = 0; layer < config.layers(); layer++) {
        inputs.put(group + OnnxModel.pastKey(layer), past(group + OnnxModel.presentKey(layer)));
        inputs.put(group + OnnxModel.pastValue(layer), past(group + OnnxModel.presentValue(layer)));
      }
    }
    return inputs;
  }

  private Step step(OrtSession.Result result, int group) {
    return new Step(
        config.boundaries().stream().map(b -> part(result, b.output(), group)).toList(),
        part(result, OnnxModel.LOGITS, group));
  }

  /** The rows of one group, which lie under each other. */
  private float[] part(OrtSession.Result result, String name, int group) {
    float[] all = floats(result.get(name).orElseThrow());
    int size = all.length / form.groups().size();
    return Arrays.copyOfRange(all, group * size, (group + 1) * size);
  }

  private OnnxTensor integers(long[] values) throws OrtException {
    return OnnxTensor.createTensor(
        environment, LongBuffer.wrap(values), new long[] {1, values.length});
  }

  private OnnxTensor rows(int count) throws OrtException {
    long[] rows = LongStream.range(0, count).toArray();
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(rows), new long[] {count});
  }

  private OnnxTensor past(String name) throws OrtException {
    float[] values = cache.getOrDefault(name, new float[0]);
    return OnnxTensor.createTensor(
        environment,
        FloatBuffer.wrap(values),
        new long[] {1, config.kvHeads(), past, config.headSize()});
  }

  private static float[] floats(OnnxValue value) {
    FloatBuffer buffer = ((OnnxTensor) value).getFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
