/** Planted requests whose right verdict is known: seals, duties, what counts and what it costs. */
@NullMarked
package io.verillm.protocol.flag;

import org.jspecify.annotations.NullMarked;
