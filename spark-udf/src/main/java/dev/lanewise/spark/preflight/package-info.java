/** Whether a model, its tasks and their batches fit into the executors, told before any of them starts. */
@NullMarked
package dev.lanewise.spark.preflight;

import org.jspecify.annotations.NullMarked;
