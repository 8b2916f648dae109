/** Traces of hidden states, their commitments and the openings of single positions. */
@NullMarked
package io.verillm.protocol.trace;

import org.jspecify.annotations.NullMarked;
