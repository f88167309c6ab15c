/** Small programs as a user of Lanewise writes them. */
@NullMarked
package dev.lanewise.examples;

import org.jspecify.annotations.NullMarked;
