/**
 * The sealed log: epochs closed by a sealer, checked by witnesses, turned into randomness, and the
 * journal chain.
 */
@NullMarked
package io.verillm.protocol.log;

import org.jspecify.annotations.NullMarked;
