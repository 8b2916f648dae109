package io.verillm.gpu.engine;

/** Lets tests of other packages count what sessions hold in native memory. */
public final class HeldArrays {
  private HeldArrays() {}

  /** Arrays that some session of the engine still holds. */
  public static int of(Engine engine) {
    return ((OnnxEngine) engine).heldArrays();
  }
}
