/** The network as an immutable graph of typed operators, free of opset versions. */
@NullMarked
package dev.lanewise.engine.graph;

import org.jspecify.annotations.NullMarked;
