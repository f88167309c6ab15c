/** The main workloads under the Java Microbenchmark Harness: {@code lanewise bench jmh}. */
@NullMarked
package dev.lanewise.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
