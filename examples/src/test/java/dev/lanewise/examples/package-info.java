/** Runs the examples. */
@NullMarked
package dev.lanewise.examples;

import org.jspecify.annotations.NullMarked;
