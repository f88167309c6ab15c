/** How things are timed beside each other: in turn, in many short samples, in several JVMs, against the core's own peak. */
@NullMarked
package dev.lanewise.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
