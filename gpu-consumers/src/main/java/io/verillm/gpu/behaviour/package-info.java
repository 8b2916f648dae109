/** How a worker computes: honestly, or in one of the ways the protocol must catch. */
@NullMarked
package io.verillm.gpu.behaviour;

import org.jspecify.annotations.NullMarked;
