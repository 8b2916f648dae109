/** Closes the epochs of the log: the sealer, the witnesses that check it, and what both read. */
@NullMarked
package io.verillm.streams.log;

import org.jspecify.annotations.NullMarked;
