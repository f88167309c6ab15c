/** Scoring a {@code Dataset} of images inside Spark. */
@NullMarked
package dev.lanewise.spark;

import org.jspecify.annotations.NullMarked;
