/** Tests of private mode. */
@NullMarked
package io.verillm.protocol.privacy;

import org.jspecify.annotations.NullMarked;
