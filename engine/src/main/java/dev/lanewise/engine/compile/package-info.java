/** Passes from graph to graph: shape inference, constant folding, fusion. */
@NullMarked
package dev.lanewise.engine.compile;

import org.jspecify.annotations.NullMarked;
