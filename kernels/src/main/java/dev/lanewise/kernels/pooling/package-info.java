/** Pooling of blocked tensors; lanes are channels. */
@NullMarked
package dev.lanewise.kernels.pooling;

import org.jspecify.annotations.NullMarked;
