package dev.lanewise.engine.onnx;

import dev.lanewise.engine.graph.Operator;

/** Turns the nodes of one ONNX operator type, of any supported opset, into its {@link Operator}. */
@FunctionalInterface
interface OperatorReader {

    /**
     * @throws UnsupportedOperatorException if this use of the operator is one that Lanewise does not run
     * @throws IllegalArgumentException if an attribute is wrong, with its name and value
     */
    Operator read(OnnxNode node);
}
