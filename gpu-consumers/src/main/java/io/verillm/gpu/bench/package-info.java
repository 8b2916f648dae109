/** Measures what an engine costs on this machine, beside what the machine could do at best. */
@NullMarked
package io.verillm.gpu.bench;

import org.jspecify.annotations.NullMarked;
