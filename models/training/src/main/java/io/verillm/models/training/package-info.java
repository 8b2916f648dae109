/** Trains the built-in model once, from public Debian packages, outside of the default build. */
@NullMarked
package io.verillm.models.training;

import org.jspecify.annotations.NullMarked;
