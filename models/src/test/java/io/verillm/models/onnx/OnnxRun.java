package io.verillm.models.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.verillm.models.ModelConfig;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Runs a built graph on ONNX Runtime itself, keeping the cache between steps. */
final class OnnxRun implements AutoCloseable {

  /** Rows of each boundary [tokens * width], then logits [tokens * vocabulary]. */
  record Step(List<float[]> boundaries, float[] logits) {}

  private final ModelConfig config;
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, float[]> cache = new HashMap<>();
  private int past;

  OnnxRun(ModelConfig config, byte[] model) throws OrtException {
    this.config = config;
    this.session = environment.createSession(model, oneThread());
  }

  OnnxRun(ModelConfig config, Path file) throws OrtException {
    this.config = config;
    this.session = environment.createSession(file.toString(), oneThread());
  }

  private static OrtSession.SessionOptions oneThread() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    return options;
  }

  void reset() {
    cache.clear();
    past = 0;
  }

  Step step(long... ids) throws OrtException {
    long[] positions = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      positions[i] = past + i;
    }
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      inputs.put(OnnxModel.INPUT_IDS, integers(ids));
      inputs.put(OnnxModel.POSITION_IDS, integers(positions));
      inputs.put(OnnxModel.LOGIT_ROWS, rows(ids.length));
      for (int layer = 0; layer < config.layers(); layer++) {
        inputs.put(OnnxModel.pastKey(layer), past(OnnxModel.presentKey(layer)));
        inputs.put(OnnxModel.pastValue(layer), past(OnnxModel.presentValue(layer)));
      }
      try (OrtSession.Result result = session.run(inputs)) {
        past += ids.length;
        result.forEach(entry -> {
          if (entry.getKey().startsWith("present.")) {
            cache.put(entry.getKey(), floats(entry.getValue()));
          }
        });
        List<float[]> boundaries = new ArrayList<>();
        config
            .boundaries()
            .forEach(b -> boundaries.add(floats(result.get(b.output()).orElseThrow())));
        return new Step(boundaries, floats(result.get(OnnxModel.LOGITS).orElseThrow()));
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
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
