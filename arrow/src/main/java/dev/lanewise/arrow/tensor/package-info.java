/** The canonical Arrow extension type for tensors of one shape. */
@NullMarked
package dev.lanewise.arrow.tensor;

import org.jspecify.annotations.NullMarked;
