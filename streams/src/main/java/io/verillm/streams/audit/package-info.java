/**
 * Replays the public topics and compares every decision, byte for byte, with what lies on the log.
 */
@NullMarked
package io.verillm.streams.audit;

import org.jspecify.annotations.NullMarked;
