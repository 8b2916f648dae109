/** Private mode: openings and results as envelopes for the parties of a request. */
@NullMarked
package io.verillm.protocol.privacy;

import org.jspecify.annotations.NullMarked;
