/** Well-known networks, written as ONNX files with seeded, calibrated weights, for tests and benchmarks. */
@NullMarked
package dev.lanewise.engine.zoo;

import org.jspecify.annotations.NullMarked;
