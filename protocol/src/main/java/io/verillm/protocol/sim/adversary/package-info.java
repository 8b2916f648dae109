/** What parties do in a simulation: the honest way, and every attack of protocol section 13. */
@NullMarked
package io.verillm.protocol.sim.adversary;

import org.jspecify.annotations.NullMarked;
