/** From a graph with the shapes of one input to a plan: layouts, channel orders, views, memory. */
@NullMarked
package dev.lanewise.engine.lowering;

import org.jspecify.annotations.NullMarked;
