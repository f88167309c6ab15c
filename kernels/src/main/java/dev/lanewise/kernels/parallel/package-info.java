/** Threads that share the work on one batch. */
@NullMarked
package dev.lanewise.kernels.parallel;

import org.jspecify.annotations.NullMarked;
