/** A Spark standalone cluster on this machine: its processes, what runs on it, and their certain end. */
@NullMarked
package dev.lanewise.benchmarks.standalone;

import org.jspecify.annotations.NullMarked;
