/** Proofs that somebody broke the log's rules, which third parties check without the log. */
@NullMarked
package io.verillm.protocol.fraud;

import org.jspecify.annotations.NullMarked;
