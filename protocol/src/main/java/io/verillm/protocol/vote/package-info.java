/** From openings on the log to votes that anyone can recompute. */
@NullMarked
package io.verillm.protocol.vote;

import org.jspecify.annotations.NullMarked;
