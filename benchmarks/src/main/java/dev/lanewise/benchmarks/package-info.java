/** Lanewise beside its peers: the {@code bench} verb of the command line. */
@NullMarked
package dev.lanewise.benchmarks;

import org.jspecify.annotations.NullMarked;
