/** What Lanewise is compared with: ONNX Runtime. */
@NullMarked
package dev.lanewise.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
