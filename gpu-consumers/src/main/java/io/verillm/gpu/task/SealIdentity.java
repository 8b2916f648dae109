package io.verillm.gpu.task;

/**
 * Who seals.
 *
 * @param worker worker id
 * @param secret key of the seals' salts; never leaves the worker, shared
 */
public record SealIdentity(String worker, byte[] secret) {
  @Override
  public String toString() {
    return "SealIdentity[" + worker + "]";
  }
}
