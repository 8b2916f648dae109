@NullMarked
package io.verillm.protocol.fraud;

import org.jspecify.annotations.NullMarked;
