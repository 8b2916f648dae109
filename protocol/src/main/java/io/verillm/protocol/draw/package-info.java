/** Draws from VRF outputs (committees, positions) and the derived ids they are drawn for. */
@NullMarked
package io.verillm.protocol.draw;

import org.jspecify.annotations.NullMarked;
