/** What a simulated party can do: how it computes, delivers and votes. */
@NullMarked
package io.verillm.protocol.sim.party;

import org.jspecify.annotations.NullMarked;
