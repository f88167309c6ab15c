/**
 * Throughput on a Spark cluster: Lanewise beside what a careful user would write with ONNX Runtime. What runs on the cluster
 * is {@link dev.lanewise.benchmarks.cluster.ClusterJob}; what starts it, {@link dev.lanewise.benchmarks.cluster.ClusterRun}.
 */
@NullMarked
package dev.lanewise.benchmarks.cluster;

import org.jspecify.annotations.NullMarked;
