/** Images of one size in Arrow memory. */
@NullMarked
package dev.lanewise.arrow.batch;

import org.jspecify.annotations.NullMarked;
