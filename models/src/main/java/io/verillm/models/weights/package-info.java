/** Weights of a model: read from safetensors, or changed on purpose. */
@NullMarked
package io.verillm.models.weights;

import org.jspecify.annotations.NullMarked;
