/** What a core can do at best, measured: sums from registers, and reading memory. */
@NullMarked
package dev.lanewise.kernels.roofline;

import org.jspecify.annotations.NullMarked;
