/** The catalogue of topics, signed records on them, the registry, and the requester's client. */
@NullMarked
package io.verillm.topics;

import org.jspecify.annotations.NullMarked;
