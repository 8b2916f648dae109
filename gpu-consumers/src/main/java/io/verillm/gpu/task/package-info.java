/** One task from its context to its last commitment, the same for authors and checkers. */
@NullMarked
package io.verillm.gpu.task;

import org.jspecify.annotations.NullMarked;
