/** Measures the thresholds of the row and token tests for one model. */
@NullMarked
package io.verillm.gpu.calibration;

import org.jspecify.annotations.NullMarked;
