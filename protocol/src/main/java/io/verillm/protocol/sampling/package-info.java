/** Sampling as a function of public values, and the evidence that a checker computes about it. */
@NullMarked
package io.verillm.protocol.sampling;

import org.jspecify.annotations.NullMarked;
