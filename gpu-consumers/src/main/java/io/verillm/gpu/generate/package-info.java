/** Generates text from a model alone, without tasks or topics. */
@NullMarked
package io.verillm.gpu.generate;

import org.jspecify.annotations.NullMarked;
