/** Pixels to what a network was trained on: resize, crop, channel order, mean and standard deviation. */
@NullMarked
package dev.lanewise.arrow.preprocess;

import org.jspecify.annotations.NullMarked;
