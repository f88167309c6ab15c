/** Encoded image files to pixels: format, limits, orientation, and a one-line reason for every file that is not an image. */
@NullMarked
package dev.lanewise.arrow.image;

import org.jspecify.annotations.NullMarked;
