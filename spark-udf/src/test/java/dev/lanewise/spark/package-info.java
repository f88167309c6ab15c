/** The Spark operator by itself: what it refuses, what it shares. */
@NullMarked
package dev.lanewise.spark;

import org.jspecify.annotations.NullMarked;
