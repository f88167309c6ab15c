/** What is computed element by element beside a convolution, with softmax and resizing. */
@NullMarked
package dev.lanewise.kernels.elementwise;

import org.jspecify.annotations.NullMarked;
