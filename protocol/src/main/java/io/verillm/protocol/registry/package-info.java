/** Who takes part and under which rules: the fold of the registry topic. */
@NullMarked
package io.verillm.protocol.registry;

import org.jspecify.annotations.NullMarked;
