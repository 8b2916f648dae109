package io.verillm.models.weights;

import io.verillm.models.InvalidModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file: an 8-byte little-endian header length, a JSON header, the tensors' bytes. The
 * header is checked whole before any tensor is read: known element types, sizes that fit the
 * shapes, and data that covers the rest of the file without gap or overlap, as the format demands.
 */
public final class Safetensors implements OpenWeights {

  /** Far above any model's; the format allows 100 MB, which takes long to read. */
  static final long HEADER_BYTES_MAX = 16L << 20;

  private static final int LENGTH_BYTES = 8;

  /** Values read at once, so that a big tensor is in memory once and not twice. */
  private static final int PIECE_VALUES = 1 << 20;

  private final SeekableByteChannel channel;
  private final long start;
  private final Map<String, Slot> slots;

  private Safetensors(SeekableByteChannel channel, long start, Map<String, Slot> slots) {
    this.channel = channel;
    this.start = start;
    this.slots = slots;
  }

  /**
   * Opens a file; the channel is closed with the result, or at once if the file is refused.
   *
   * @throws InvalidModelException saying what is wrong with the header, and with which tensor
   */
  public static Safetensors open(SeekableByteChannel channel) {
    try {
      long size = channel.size();
      if (size < LENGTH_BYTES) {
        throw new InvalidModelException("safetensors: " + size + " bytes hold no header length");
      }
      long length = read(channel, 0, LENGTH_BYTES, "header length").getLong();
      if (length < 2 || length > HEADER_BYTES_MAX || length > size - LENGTH_BYTES) {
        throw new InvalidModelException(
            "safetensors: header length "
                + Long.toUnsignedString(length)
                + " in a file of "
                + size
                + " bytes");
      }
      byte[] header = read(channel, LENGTH_BYTES, (int) length, "header").array();
      long start = LENGTH_BYTES + length;
      return new Safetensors(channel, start, Header.parse(header, size - start));
    } catch (InvalidModelException e) {
      close(channel, e);
      throw e;
    } catch (IOException e) {
      close(channel, e);
      throw new InvalidModelException("safetensors: " + e.getMessage(), e);
    }
  }

  /**
   * A file that is in memory already.
   *
   * @throws InvalidModelException saying what is wrong with the header, and with which tensor
   */
  public static Safetensors of(byte[] file) {
    return open(new BytesChannel(file));
  }

  @Override
  public Set<String> names() {
    return slots.keySet();
  }

  @Override
  public int[] shape(String name) {
    return slot(name).shape().clone();
  }

  private Slot slot(String name) {
    Slot slot = slots.get(name);
    if (slot == null) {
      throw new InvalidModelException("safetensors: no tensor " + name);
    }
    return slot;
  }

  @Override
  public Tensor tensor(String name) {
    Slot slot = slot(name);
    float[] values = new float[slot.elements(name)];
    try {
      long at = start + slot.begin();
      for (int done = 0; done < values.length; done += PIECE_VALUES) {
        int count = Math.min(PIECE_VALUES, values.length - done);
        ByteBuffer bytes = read(channel, at, count * slot.type().bytes(), "tensor " + name);
        for (int i = done; i < done + count; i++) {
          values[i] = requireFinite(name, i, slot.type().next(bytes));
        }
        at += (long) count * slot.type().bytes();
      }
    } catch (IOException e) {
      throw new InvalidModelException("tensor " + name + ": " + e.getMessage(), e);
    }
    return new Tensor(slot.shape().clone(), values);
  }

  /** One such value would make every logit of a text that meets it no number. */
  private static float requireFinite(String name, int index, float value) {
    if (!Float.isFinite(value)) {
      throw new InvalidModelException("tensor %s: value %d is %s".formatted(name, index, value));
    }
    return value;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static ByteBuffer read(SeekableByteChannel channel, long position, int size, String what)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    synchronized (channel) {
      channel.position(position);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          throw new InvalidModelException(
              "safetensors: file ends " + bytes.remaining() + " bytes before the end of " + what);
        }
      }
    }
    return bytes.flip();
  }

  private static void close(SeekableByteChannel channel, Exception reason) {
    try {
      channel.close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }
}
