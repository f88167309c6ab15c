package dev.lanewise.engine.onnx;

import dev.lanewise.engine.graph.ConstantOfShape;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.Range;
import dev.lanewise.engine.graph.ShapeOf;
import dev.lanewise.engine.graph.SizeOf;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Map;

/** Readers of the operators that become a {@link dev.lanewise.engine.graph.ShapeOperator}. */
final class ShapeReaders {

    private ShapeReaders() {}

    static void register(Map<String, OperatorReader> readers) {
        readers.put("ConstantOfShape", ShapeReaders::constantOfShape);
        readers.put("Range", node -> new Range());
        readers.put("Shape", node -> new ShapeOf(node.intOr("start", 0), node.intOr("end", Integer.MAX_VALUE)));
        readers.put("Size", node -> new SizeOf());
    }

    private static Operator constantOfShape(OnnxNode node) {
        Tensor value = node.tensor("value");
        return new ConstantOfShape(value == null ? FloatTensor.scalar(0) : value);
    }
}
