package io.verillm.protocol.sim;

import java.util.SplittableRandom;

/** Random numbers that depend on a seed and names alone, never on the order of asking. */
final class Noise {
  private static final long PRIME = 0x9E3779B97F4A7C15L;

  private Noise() {}

  /** A generator for one purpose. */
  static SplittableRandom of(long seed, long... names) {
    return new SplittableRandom(mix(seed, names));
  }

  /** A number for one purpose. */
  static long mix(long seed, long... names) {
    long mixed = seed;
    for (long name : names) {
      mixed = finish((mixed ^ finish(name + PRIME)) * PRIME);
    }
    return mixed;
  }

  /** The finalizer of MurmurHash3: every bit of the input changes about half of the output's. */
  private static long finish(long value) {
    long z = value;
    z = (z ^ (z >>> 33)) * 0xff51afd7ed558ccdL;
    z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return z ^ (z >>> 33);
  }
}
