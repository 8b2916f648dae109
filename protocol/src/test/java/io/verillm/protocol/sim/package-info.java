/** Tests of the simulation, and every attack of protocol section 13 as a named test. */
@NullMarked
package io.verillm.protocol.sim;

import org.jspecify.annotations.NullMarked;
