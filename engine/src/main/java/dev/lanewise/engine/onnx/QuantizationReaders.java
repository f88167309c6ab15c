package dev.lanewise.engine.onnx;

import dev.lanewise.engine.graph.DequantizeLinear;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.QuantizeLinear;
import dev.lanewise.kernels.tensor.ElementType;
import java.util.Map;

/** Readers of the operators that become a {@link dev.lanewise.engine.graph.QuantizationOperator}. */
final class QuantizationReaders {

    private QuantizationReaders() {}

    static void register(Map<String, OperatorReader> readers) {
        readers.put("DequantizeLinear", node -> new DequantizeLinear(node.int32Or("axis", 1), blockSize(node)));
        readers.put("QuantizeLinear", QuantizationReaders::quantizeLinear);
    }

    private static Operator quantizeLinear(OnnxNode node) {
        int dataType = node.int32Or("output_dtype", 0);
        ElementType outputType = dataType == 0 ? null : TensorProtos.elementType(dataType);
        return new QuantizeLinear(outputType, node.int32Or("axis", 1), blockSize(node));
    }

    private static int blockSize(OnnxNode node) {
        int size = node.int32Or("block_size", 0);
        if (size < 0) {
            throw new IllegalArgumentException("attribute 'block_size' is " + size + ", but must not be negative");
        }
        return size;
    }
}
