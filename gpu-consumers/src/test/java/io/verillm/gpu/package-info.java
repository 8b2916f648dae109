/** Models and keys that the tests share. */
@NullMarked
package io.verillm.gpu;

import org.jspecify.annotations.NullMarked;
