package dev.lanewise.engine.onnx;

import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;

/**
 * Constant nodes, which become constants of the graph like its initializers.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Constant.html">ONNX Constant</a>
 */
final class ConstantNodes {

    private ConstantNodes() {}

    static Tensor read(OnnxNode node) {
        Tensor value = node.tensor("value");
        if (value != null) {
            return value;
        }
        float[] floats = node.floats("value_floats");
        if (floats != null) {
            return FloatTensor.of(Shape.of(floats.length), floats);
        }
        long[] ints = node.ints("value_ints");
        if (ints != null) {
            return LongTensor.of(Shape.of(ints.length), ints);
        }
        if (node.has("value_float")) {
            return FloatTensor.scalar(node.floatOr("value_float", 0));
        }
        if (node.has("value_int")) {
            return LongTensor.scalar(node.intOr("value_int", 0));
        }
        if (node.has("sparse_value")) {
            throw new UnsupportedOperatorException("a sparse tensor");
        }
        if (node.has("value_string") || node.has("value_strings")) {
            throw new UnsupportedElementTypeException("STRING");
        }
        throw new IllegalArgumentException("has no value");
    }
}
