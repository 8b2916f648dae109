/** Brings a worker its tasks from the broker. */
@NullMarked
package io.verillm.gpu.intake;

import org.jspecify.annotations.NullMarked;
