/** Convolution: its workload, and everything that computes one fast. */
@NullMarked
package dev.lanewise.kernels.conv;

import org.jspecify.annotations.NullMarked;
