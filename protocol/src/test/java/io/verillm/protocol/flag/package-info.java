/** Tests of flag rules. */
@NullMarked
package io.verillm.protocol.flag;

import org.jspecify.annotations.NullMarked;
