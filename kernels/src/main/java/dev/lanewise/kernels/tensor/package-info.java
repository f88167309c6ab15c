/** Shapes and tensors in plain, row-major heap memory. */
@NullMarked
package dev.lanewise.kernels.tensor;

import org.jspecify.annotations.NullMarked;
