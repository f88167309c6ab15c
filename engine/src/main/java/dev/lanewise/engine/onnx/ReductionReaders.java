package dev.lanewise.engine.onnx;

import dev.lanewise.engine.graph.ArgExtreme;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.Reduce;
import dev.lanewise.kernels.reference.Reduction;
import java.util.Map;

/** Readers of the operators that become a {@link dev.lanewise.engine.graph.ReductionOperator}. */
final class ReductionReaders {

    private ReductionReaders() {}

    static void register(Map<String, OperatorReader> readers) {
        readers.put("ArgMax", node -> argExtreme(node, true));
        readers.put("ArgMin", node -> argExtreme(node, false));
        readers.put("ReduceL1", reduce(Reduction.L1));
        readers.put("ReduceL2", reduce(Reduction.L2));
        readers.put("ReduceLogSum", reduce(Reduction.LOG_SUM));
        readers.put("ReduceLogSumExp", reduce(Reduction.LOG_SUM_EXP));
        readers.put("ReduceMax", reduce(Reduction.MAX));
        readers.put("ReduceMean", reduce(Reduction.MEAN));
        readers.put("ReduceMin", reduce(Reduction.MIN));
        readers.put("ReduceProd", reduce(Reduction.PROD));
        readers.put("ReduceSum", reduce(Reduction.SUM));
        readers.put("ReduceSumSquare", reduce(Reduction.SUM_SQUARE));
    }

    private static OperatorReader reduce(Reduction reduction) {
        return node -> {
            // The axes became an input in opset 13 (ReduceSum) and 18 (the others).
            node.setInputFromInts(1, "axes");
            return new Reduce(reduction, node.flag("keepdims", true), node.flag("noop_with_empty_axes", false));
        };
    }

    private static Operator argExtreme(OnnxNode node, boolean largest) {
        return new ArgExtreme(
                largest, node.int32Or("axis", 0), node.flag("keepdims", true), node.flag("select_last_index", false));
    }
}
