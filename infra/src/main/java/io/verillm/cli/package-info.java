/** The {@code verillm} command: one small class for each of its subcommands. */
@NullMarked
package io.verillm.cli;

import org.jspecify.annotations.NullMarked;
