/** The tests of one case and the vote that follows from two openings. */
@NullMarked
package io.verillm.protocol.check;

import org.jspecify.annotations.NullMarked;
