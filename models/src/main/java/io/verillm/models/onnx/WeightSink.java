package io.verillm.models.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Where a graph's float constants are kept. */
interface WeightSink {

  /** Stores the values and notes in the tensor where they are. */
  void store(TensorProto.Builder tensor, float[] values);

  /** In the graph itself, which can hold 2 GiB at most. */
  static WeightSink inline() {
    return (tensor, values) -> {
      ByteBuffer bytes =
          ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, values.length))
              .order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      tensor.setRawData(ByteString.copyFrom(bytes.array()));
    };
  }
}
