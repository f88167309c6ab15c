/** What is to be computed, apart from how: every choice that decides the bits of a result, and none that does not. */
@NullMarked
package dev.lanewise.kernels.workload;

import org.jspecify.annotations.NullMarked;
