/** Matrix products with constant weights: the fully connected layers of a network. */
@NullMarked
package dev.lanewise.kernels.gemm;

import org.jspecify.annotations.NullMarked;
