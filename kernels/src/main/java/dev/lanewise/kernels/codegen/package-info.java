/** From the source text of a kernel to an instance of its class, for the vectors that this CPU has. */
@NullMarked
package dev.lanewise.kernels.codegen;

import org.jspecify.annotations.NullMarked;
