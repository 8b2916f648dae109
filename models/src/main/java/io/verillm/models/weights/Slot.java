package io.verillm.models.weights;

import io.verillm.models.InvalidModelException;

/**
 * Where a tensor lies in the file's data.
 *
 * @param begin first byte after the header
 * @param end byte after the last
 */
@SuppressWarnings("ArrayRecordComponent")
record Slot(ElementType type, int[] shape, long begin, long end) {

  int elements(String name) {
    return bytes(name) / type.bytes();
  }

  int bytes(String name) {
    if (end - begin > Integer.MAX_VALUE - 8) {
      throw new InvalidModelException("tensor " + name + " has " + (end - begin) + " bytes");
    }
    return (int) (end - begin);
  }
}
