/** The worker: one identity that takes tasks, commits, opens and votes. */
@NullMarked
package io.verillm.gpu.worker;

import org.jspecify.annotations.NullMarked;
