/** Compiled networks as bytes. */
@NullMarked
package dev.lanewise.engine.compiled;

import org.jspecify.annotations.NullMarked;
