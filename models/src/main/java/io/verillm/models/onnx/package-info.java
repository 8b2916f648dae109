/** Builds ONNX graphs of the Llama family with boundary rows as extra outputs. */
@NullMarked
package io.verillm.models.onnx;

import org.jspecify.annotations.NullMarked;
