/** Whole networks beside ONNX Runtime: which ones, how one of them is measured, and what came out. */
@NullMarked
package dev.lanewise.benchmarks.model;

import org.jspecify.annotations.NullMarked;
