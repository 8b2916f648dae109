/** Who may do what on a cluster: the catalogue's rights as Kafka's access rules. */
@NullMarked
package io.verillm.topics.access;

import org.jspecify.annotations.NullMarked;
