/** Tests of the sealed log. */
@NullMarked
package io.verillm.protocol.log;

import org.jspecify.annotations.NullMarked;
