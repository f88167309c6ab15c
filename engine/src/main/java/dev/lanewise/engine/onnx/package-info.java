/** Reading ONNX files: everything that differs between opsets, and everything that can be malformed, ends here. */
@NullMarked
package dev.lanewise.engine.onnx;

import org.jspecify.annotations.NullMarked;
