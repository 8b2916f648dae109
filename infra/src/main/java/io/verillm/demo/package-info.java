/** The demonstration: what it posts, what it counts on the public topics, what it prints. */
@NullMarked
package io.verillm.demo;

import org.jspecify.annotations.NullMarked;
