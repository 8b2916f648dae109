/** Tests of the sealer and the witnesses, on a real broker. */
@NullMarked
package io.verillm.streams.log;

import org.jspecify.annotations.NullMarked;
