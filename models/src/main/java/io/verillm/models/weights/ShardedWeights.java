package io.verillm.models.weights;

import io.verillm.models.InvalidModelException;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A model over several safetensors files, with an index that says which tensor lies in which. */
public final class ShardedWeights implements OpenWeights {

  private final Map<String, Safetensors> files;
  private final Map<String, String> index;

  /**
   * @param files open files by name, closed with this
   * @param index names of files by name of tensor
   * @throws InvalidModelException naming a tensor that the index puts where it is not, or that it
   *     does not name; the files stay open then
   */
  public ShardedWeights(Map<String, Safetensors> files, Map<String, String> index) {
    this.files = Map.copyOf(files);
    this.index = Collections.unmodifiableMap(new TreeMap<>(index));
    this.index.forEach(this::requireTensor);
    files.forEach((file, weights) ->
        weights.names().stream()
            .filter(name -> !file.equals(index.get(name)))
            .findFirst()
            .ifPresent(name -> {
              throw new InvalidModelException(
                  "tensor " + name + " lies in " + file + ", the index says " + index.get(name));
            }));
  }

  private void requireTensor(String name, String file) {
    Safetensors weights = files.get(file);
    if (weights == null || !weights.names().contains(name)) {
      throw new InvalidModelException("tensor " + name + " is not in " + file + " as indexed");
    }
  }

  @Override
  public Set<String> names() {
    return index.keySet();
  }

  @Override
  public int[] shape(String name) {
    return file(name).shape(name);
  }

  @Override
  public Tensor tensor(String name) {
    return file(name).tensor(name);
  }

  private Safetensors file(String name) {
    String file = index.get(name);
    if (file == null) {
      throw new InvalidModelException("safetensors: no tensor " + name);
    }
    return files.get(file);
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (Safetensors file : files.values()) {
      try {
        file.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
