package io.verillm.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.verillm.models.weights.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Collects nodes, constants, inputs and outputs in order, so that equal calls give equal bytes. */
final class GraphBuilder {

  private static final int OPSET = 17;
  private static final int IR_VERSION = 8;

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Set<String> constants = new HashSet<>();
  private final WeightSink weights;
  private int nodes;

  /**
   * @param weights where the values of large constants go
   */
  GraphBuilder(WeightSink weights) {
    this.weights = weights;
  }

  /** Adds a node with one output and returns the output's name. */
  String node(String operator, String... inputs) {
    return node(operator, new AttributeProto[0], inputs);
  }

  String node(String operator, AttributeProto[] attributes, String... inputs) {
    String output = operator.toLowerCase(Locale.ROOT) + "." + nodes++;
    graph.addNode(proto(operator, attributes, inputs).addOutput(output));
    return output;
  }

  /**
   * Gives the value that was made last its public name. An output of its own behind it would be a
   * copy that no optimiser can take away.
   *
   * @return the name
   */
  String published(String value, String name) {
    NodeProto.Builder last = graph.getNodeBuilder(graph.getNodeCount() - 1);
    if (last.getOutputCount() != 1 || !last.getOutput(0).equals(value)) {
      throw new IllegalArgumentException(value + " was not made last");
    }
    last.setOutput(0, name);
    return name;
  }

  /**
   * Cuts along an axis.
   *
   * @param sizes int64 [parts]
   */
  List<String> split(String value, int axis, int parts, String sizes) {
    AttributeProto[] along = {integer("axis", axis)};
    NodeProto.Builder node = proto("Split", along, value, sizes);
    for (int i = 0; i < parts; i++) {
      node.addOutput("split." + nodes++);
    }
    graph.addNode(node);
    return List.copyOf(node.getOutputList());
  }

  String transpose(String x, long... order) {
    AttributeProto.Builder permutation =
        AttributeProto.newBuilder().setName("perm").setType(AttributeProto.AttributeType.INTS);
    for (long axis : order) {
      permutation.addInts(axis);
    }
    return node("Transpose", new AttributeProto[] {permutation.build()}, x);
  }

  private NodeProto.Builder proto(String operator, AttributeProto[] attributes, String... inputs) {
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).setName("node." + nodes++);
    for (String input : inputs) {
      node.addInput(input);
    }
    for (AttributeProto attribute : attributes) {
      node.addAttribute(attribute);
    }
    return node;
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto axes(long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName("axes").setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  /** A constant vector of integers; equal ones are stored once. */
  String integers(long... values) {
    String name = "integers" + Arrays.toString(values);
    if (constants.add(name)) {
      ByteBuffer bytes = buffer(Long.BYTES * values.length);
      for (long value : values) {
        bytes.putLong(value);
      }
      constant(name, TensorProto.DataType.INT64, new int[] {values.length}, bytes);
    }
    return name;
  }

  /** A constant scalar integer. */
  String integer(long value) {
    String name = "integer." + value;
    if (constants.add(name)) {
      ByteBuffer bytes = buffer(Long.BYTES).putLong(value);
      constant(name, TensorProto.DataType.INT64, new int[0], bytes);
    }
    return name;
  }

  /** A constant scalar; equal ones are stored once. */
  String scalar(float value) {
    String name = "scalar." + value;
    return constants.add(name) ? tensor(name, new Tensor(new int[0], new float[] {value})) : name;
  }

  /** A constant of floats under its own name. */
  String tensor(String name, Tensor tensor) {
    TensorProto.Builder constant = declared(name, TensorProto.DataType.FLOAT, tensor.shape());
    weights.store(constant, tensor.values());
    graph.addInitializer(constant);
    return name;
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void constant(String name, TensorProto.DataType type, int[] shape, ByteBuffer bytes) {
    graph.addInitializer(
        declared(name, type, shape).setRawData(ByteString.copyFrom(bytes.array())));
  }

  private static TensorProto.Builder declared(String name, TensorProto.DataType type, int[] shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
    for (int dimension : shape) {
      tensor.addDims(dimension);
    }
    return tensor;
  }

  /**
   * @param shape numbers, or names of dimensions that vary
   */
  void input(String name, TensorProto.DataType type, Object... shape) {
    graph.addInput(value(name, type, shape));
  }

  void output(String name, Object... shape) {
    graph.addOutput(value(name, TensorProto.DataType.FLOAT, shape));
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, Object... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (Object dimension : shape) {
      if (dimension instanceof String varying) {
        dimensions.addDimBuilder().setDimParam(varying);
      } else {
        dimensions.addDimBuilder().setDimValue(((Number) dimension).longValue());
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(dimensions)))
        .build();
  }

  byte[] build() {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("verillm")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .setGraph(graph.setName("decoder"))
        .build()
        .toByteArray();
  }
}
