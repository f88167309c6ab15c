/** A network: load it, describe it, run it. */
@NullMarked
package dev.lanewise.engine;

import org.jspecify.annotations.NullMarked;
