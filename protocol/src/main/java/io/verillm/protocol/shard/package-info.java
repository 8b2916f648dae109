/**
 * Deciding: one shard's pure state machine from sealed, public records to challenges, verdicts and
 * settlements.
 */
@NullMarked
package io.verillm.protocol.shard;

import org.jspecify.annotations.NullMarked;
