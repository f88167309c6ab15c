/** Spark's SQL operator on images that are decoded already, beside the engine alone: what Spark costs. */
@NullMarked
package dev.lanewise.benchmarks.operator;

import org.jspecify.annotations.NullMarked;
