package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferencePooling;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The average of each window.
 *
 * @param countPadding whether the padding counts as zeros, rather than not at all
 * @see <a href="https://onnx.ai/onnx/operators/onnx__AveragePool.html">ONNX AveragePool</a>
 */
public record AveragePooling(SlidingWindow window, boolean countPadding) implements WindowOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        return List.of(PooledImage.infer(Operands.requireFloats(Operands.required(inputs, 0, "X"), "X"), window));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "X");
        PooledImage pooled = PooledImage.of(x, window);
        float[] result = ReferencePooling.average(
                pooled.image().shape(),
                Operands.floats(x, "X"),
                pooled.window(),
                pooled.height(),
                pooled.width(),
                countPadding);
        return List.of(Operands.rounded(x.elementType(), pooled.outputShape(), result));
    }
}
