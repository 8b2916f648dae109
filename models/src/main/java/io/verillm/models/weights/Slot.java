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
    long elements = (end - begin) / type.bytes();
    if (elements > Integer.MAX_VALUE - 8) {
      throw new InvalidModelException("tensor " + name + " has " + elements + " values");
    }
    return (int) elements;
  }
}
