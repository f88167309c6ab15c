/** Which schedule to take: times the candidates on this CPU, remembers the best in a log, and accepts what keeps its word. */
@NullMarked
package dev.lanewise.kernels.tune;

import org.jspecify.annotations.NullMarked;
