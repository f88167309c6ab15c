package dev.lanewise.engine.onnx;

import dev.lanewise.engine.graph.Gemm;
import dev.lanewise.engine.graph.MatMul;
import dev.lanewise.engine.graph.Operator;
import java.util.Map;

/** Readers of the operators that become a {@link dev.lanewise.engine.graph.LinearOperator}. */
final class LinearReaders {

    private LinearReaders() {}

    static void register(Map<String, OperatorReader> readers) {
        readers.put("Gemm", LinearReaders::gemm);
        readers.put("MatMul", node -> new MatMul());
    }

    private static Operator gemm(OnnxNode node) {
        return new Gemm(
                node.floatOr("alpha", 1),
                node.floatOr("beta", 1),
                node.flag("transA", false),
                node.flag("transB", false));
    }
}
