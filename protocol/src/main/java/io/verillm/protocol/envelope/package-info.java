/** Envelopes of private mode: one text for several readers, which each of them can check whole. */
@NullMarked
package io.verillm.protocol.envelope;

import org.jspecify.annotations.NullMarked;
