package dev.lanewise.engine.onnx;

import dev.lanewise.engine.graph.BatchNormalization;
import dev.lanewise.engine.graph.InstanceNormalization;
import dev.lanewise.engine.graph.LocalResponseNormalization;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.Softmax;
import java.util.Map;

/** Readers of the operators that become a {@link dev.lanewise.engine.graph.NormalizationOperator}. */
final class NormalizationReaders {

    private static final float DEFAULT_EPSILON = 1e-5f;

    private NormalizationReaders() {}

    static void register(Map<String, OperatorReader> readers) {
        readers.put("BatchNormalization", NormalizationReaders::batchNormalization);
        readers.put(
                "InstanceNormalization", node -> new InstanceNormalization(node.floatOr("epsilon", DEFAULT_EPSILON)));
        readers.put("LRN", NormalizationReaders::localResponseNormalization);
        readers.put("LogSoftmax", node -> softmax(node, true));
        readers.put("Softmax", node -> softmax(node, false));
    }

    private static Operator batchNormalization(OnnxNode node) {
        // Before opset 14 a node that trains is known by its further outputs: the updated statistics.
        if (node.flag("training_mode", false) || node.outputCount() > 1) {
            throw new UnsupportedOperatorException("training mode");
        }
        return new BatchNormalization(node.floatOr("epsilon", DEFAULT_EPSILON));
    }

    private static Operator localResponseNormalization(OnnxNode node) {
        if (!node.has("size")) {
            throw new IllegalArgumentException("attribute 'size' is missing");
        }
        return new LocalResponseNormalization(
                node.int32Or("size", 0),
                node.floatOr("alpha", 1e-4f),
                node.floatOr("beta", 0.75f),
                node.floatOr("bias", 1));
    }

    private static Operator softmax(OnnxNode node, boolean logarithm) {
        boolean toEnd = node.opset() < 13;
        return new Softmax(node.int32Or("axis", toEnd ? 1 : -1), toEnd, logarithm);
    }
}
