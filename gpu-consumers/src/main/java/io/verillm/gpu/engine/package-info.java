/** Runs one model: prefill and decode with the rows of the boundary set at every position. */
@NullMarked
package io.verillm.gpu.engine;

import org.jspecify.annotations.NullMarked;
